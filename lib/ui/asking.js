// Keys of the review page beyond the shortcuts of its buttons.
//
// Listens before Streamlit does, so that a key held down is one answer and not thirty a second, each to the next question.

const GOES_TO = {
  e: '.st-key-to_correct canvas[data-testid="data-grid-canvas"]', // the list, whose first category is then selected
  o: '[class*="st-key-other_"] input', // every other category
}
const TYPED_INTO = 'input, textarea, select, [contenteditable="true"]'

export default function () {
  window.addEventListener("keydown", heard, true) // the same function again is the same listener
  return () => window.removeEventListener("keydown", heard, true)
}

function heard(event) {
  const from = event.composedPath()[0]
  if (!(from instanceof Element) || from.matches(TYPED_INTO)) return
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === "Escape" && from.closest(".st-key-to_correct")) {
    from.blur()
  } else if (event.repeat && /^[a-z0-9]$/i.test(event.key)) {
    swallow(event)
  } else if (!from.closest(".st-key-to_correct")) {
    const goal = document.querySelector(GOES_TO[event.key.toLowerCase()] ?? ".none")
    if (goal) {
      swallow(event)
      goal.focus()
    }
  }
}

function swallow(event) {
  event.preventDefault()
  event.stopImmediatePropagation()
}
