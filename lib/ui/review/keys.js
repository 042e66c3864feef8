// Keys of the review page beyond the shortcuts of its buttons.
//
// Listens before Streamlit does, so that a key held down is one answer and not thirty a second, each to the next question.

const GOES_TO = {
  e: '.st-key-to_correct canvas[data-testid="data-grid-canvas"]', // the list, whose first category is then selected
  o: '[class*="st-key-other_"] input', // every other category
}
const LEFT_BY_ESCAPE = '.st-key-to_correct, [class*="st-key-other_"]'
const TYPED_INTO = 'input, textarea, select, [contenteditable="true"]'

export default function () {
  window.addEventListener("keydown", heard, true) // the same function again is the same listener
  return () => window.removeEventListener("keydown", heard, true)
}

function heard(event) {
  const from = event.composedPath()[0]
  if (!(from instanceof Element) || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === "Escape" && from.closest(LEFT_BY_ESCAPE)) {
    from.blur()
  } else if (from.matches(TYPED_INTO)) {
    return
  } else if (event.repeat && /^[a-z0-9]$/i.test(event.key)) {
    swallow(event)
  } else if (from.closest(".st-key-to_correct")) {
    wake(document.querySelector(GOES_TO.e))
  } else {
    const where = GOES_TO[event.key.toLowerCase()]
    if (where && document.querySelector(where)) {
      swallow(event)
      enter(where)
    }
  }
}

// A list takes the focus but selects no cell where it was only just drawn, or believes the mouse to be elsewhere; and the
// one that was asked may be about to go.
function enter(where, tries = 10) {
  const goal = document.querySelector(where)
  if (!goal) return
  wake(goal)
  goal.blur()
  goal.focus()
  const missed = () => document.activeElement === goal || !goal.isConnected
  if (tries && goal.matches("canvas")) setTimeout(() => missed() && enter(where, tries - 1), 250)
}

// Streamlit 1.67 lets a key select a cell only while it has not seen the mouse leave the list; so it is shown one inside.
function wake(goal) {
  if (!goal?.matches("canvas")) return
  const { left, top } = goal.getBoundingClientRect()
  goal.dispatchEvent(new PointerEvent("pointermove", { clientX: left + 9, clientY: top + 9, bubbles: true }))
}

function swallow(event) {
  event.preventDefault()
  event.stopImmediatePropagation()
}
