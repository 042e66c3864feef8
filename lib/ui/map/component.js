// The map of videos: dots on a canvas that can be panned, zoomed, pointed at and lassoed.
//
// Streamlit calls the default function at every run of the page with the data that `component.py` packed. What must
// outlive a run (the view, the selection, the mode) is kept per element in `maps`, so recolouring moves nothing.
// Titles are untrusted: they are only ever drawn by fillText or set as textContent.

const maps = new WeakMap()

const CLICK_PIXELS = 4 // a press that moves less is a click
const REACH_PIXELS = 12 // how far from a dot one may point
const DOUBLE_CLICK_MS = 250 // a click waits that long, lest it is the first half of a double click
const PAN_PIXELS = 60 // one press of an arrow key
const MANY_DOTS = 8000 // more are drawn smaller

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".map")
  let map = maps.get(parentElement)
  if (!map) {
    map = new VideoMap(root)
    maps.set(parentElement, map)
  }
  map.send = (value) => setStateValue("selection", value)
  map.take(data)
  return () => {
    map.end()
    maps.delete(parentElement)
  }
}

class VideoMap {
  constructor(root) {
    this.root = root
    this.dots = root.querySelector(".dots") // the layer that is redrawn when the view or the colours change
    this.over = root.querySelector(".over") // the layer of the lasso and of the dot that is pointed at
    this.tip = root.querySelector(".tip")
    this.pen = this.dots.getContext("2d")
    this.topPen = this.over.getContext("2d")
    this.drawnTimes = 0
    this.mode = "select"
    this.selected = new Set()
    this.view = null // pixels = origin + scale * map units; y grows upwards on the map and downwards in pixels
    this.lasso = [] // map units: x, y, x, y, ...
    this.press = null
    this.pointed = -1
    if (!this.pen || !this.topPen) {
      root.textContent = "This browser cannot draw the map. Try another one; everything else works without it."
      return
    }
    this.listen()
    this.watcher = new ResizeObserver(() => this.resize())
    this.watcher.observe(root)
  }

  end() {
    clearTimeout(this.clickTimer)
    cancelAnimationFrame(this.frame)
    if (this.watcher) this.watcher.disconnect()
  }

  // -- what Python says ----------------------------------------------------------------------------------------------

  take(data) {
    if (!this.pen) return
    const other = data.version !== this.version
    if (other) {
      this.version = data.version
      this.points = floats(data.points)
      this.titles = data.titles
      this.count = this.points.length / 2
      this.view = null
      this.pointed = -1
    }
    if (other || data.nonce !== this.nonce) {
      this.nonce = data.nonce
      this.choose(integers(data.selected))
      this.lasso = []
    }
    this.colours = bytes(data.colours)
    this.order = byColour(this.colours)
    this.palette = data.palette
    this.labels = data.labels
    this.root.style.height = `${data.height}px`
    this.over.setAttribute("aria-label", data.description)
    this.resize()
  }

  choose(rows) {
    this.selected = new Set(rows)
    this.chosen = new Uint8Array(this.count)
    for (const row of this.selected) this.chosen[row] = 1
  }

  // -- the view ------------------------------------------------------------------------------------------------------

  resize() {
    this.width = this.root.clientWidth
    this.height = this.root.clientHeight
    if (!this.width || !this.points) return
    this.ratio = window.devicePixelRatio || 1
    for (const canvas of [this.dots, this.over]) {
      canvas.width = this.width * this.ratio
      canvas.height = this.height * this.ratio
    }
    if (!this.view) this.fit()
    this.draw()
  }

  fit() {
    let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity]
    for (let i = 0; i < this.count; i++) {
      left = Math.min(left, this.points[2 * i])
      right = Math.max(right, this.points[2 * i])
      low = Math.min(low, this.points[2 * i + 1])
      high = Math.max(high, this.points[2 * i + 1])
    }
    const scale = 0.92 * Math.min(this.width / (right - left || 1), this.height / (high - low || 1))
    this.view = {
      scale,
      x: this.width / 2 - (scale * (left + right)) / 2,
      y: this.height / 2 + (scale * (low + high)) / 2,
    }
    this.fitted = scale
  }

  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const scale = Math.min(this.fitted * 200, Math.max(this.fitted / 4, this.view.scale * factor))
    const real = scale / this.view.scale
    this.view = { scale, x: x - (x - this.view.x) * real, y: y - (y - this.view.y) * real }
    this.drawSoon()
  }

  pan(dx, dy) {
    this.view.x += dx
    this.view.y += dy
    this.drawSoon()
  }

  pixelX(row) {
    return this.view.x + this.view.scale * this.points[2 * row]
  }

  pixelY(row) {
    return this.view.y - this.view.scale * this.points[2 * row + 1]
  }

  onMap(x, y) {
    return [(x - this.view.x) / this.view.scale, (this.view.y - y) / this.view.scale]
  }

  // -- drawing -------------------------------------------------------------------------------------------------------

  drawSoon() {
    cancelAnimationFrame(this.frame)
    this.frame = requestAnimationFrame(() => this.draw())
  }

  draw() {
    const style = getComputedStyle(this.root)
    this.ink = style.getPropertyValue("--st-text-color").trim() || style.color
    this.paper = style.getPropertyValue("--st-background-color").trim() || "white"
    this.accent = style.getPropertyValue("--st-primary-color").trim() || "red"
    this.clear(this.pen)
    this.drawDots()
    this.drawLabels()
    this.drawOver()
    this.drawnTimes += 1
    this.over.dataset.drawn = this.drawnTimes
    this.over.dataset.selected = this.selected.size
  }

  clear(pen) {
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0)
    pen.clearRect(0, 0, this.width, this.height)
  }

  // Dots are drawn colour by colour, first those that are not selected. A small picture of a dot is stamped for each,
  // many times faster than drawing circles; where dots are tiny and many, a square looks the same and is faster still.
  drawDots() {
    const many = this.count > MANY_DOTS
    const zoomed = Math.sqrt(this.view.scale / this.fitted)
    this.radius = Math.min(7, (many ? 1.6 : 2.6) * Math.max(1, zoomed))
    const squares = many && this.radius < 3
    const stamps = squares ? [] : this.palette.map((colour) => this.stamp(colour))
    const reach = this.radius + (squares ? 0 : 1)
    for (const pass of this.selected.size ? [0, 1] : [0]) {
      let colour = -1
      for (const row of this.order) {
        if (this.selected.size && this.chosen[row] !== pass) continue
        const x = this.pixelX(row)
        const y = this.pixelY(row)
        if (x < -9 || y < -9 || x > this.width + 9 || y > this.height + 9) continue
        if (colour !== this.colours[row]) {
          colour = this.colours[row]
          this.pen.fillStyle = this.palette[colour]
          this.pen.globalAlpha = this.selected.size && !pass ? 0.15 : colour === 0 ? 0.5 : 0.9
        }
        if (squares) this.pen.fillRect(x - reach, y - reach, 2 * reach, 2 * reach)
        else this.pen.drawImage(stamps[colour], x - reach, y - reach, 2 * reach, 2 * reach)
      }
    }
    this.pen.globalAlpha = 1
  }

  stamp(colour) {
    const canvas = document.createElement("canvas")
    canvas.width = canvas.height = Math.ceil((2 * this.radius + 2) * this.ratio)
    const pen = canvas.getContext("2d")
    pen.scale(this.ratio, this.ratio)
    pen.fillStyle = colour
    pen.beginPath()
    pen.arc(this.radius + 1, this.radius + 1, this.radius, 0, 2 * Math.PI)
    pen.fill()
    return canvas
  }

  // Labels come with the largest group first; one that would cover another is left out until there is room.
  drawLabels() {
    const taken = []
    this.pen.font = `600 12px ${getComputedStyle(this.root).fontFamily}`
    this.pen.textAlign = "center"
    this.pen.textBaseline = "middle"
    this.pen.lineJoin = "round"
    for (const label of this.labels) {
      const half = this.pen.measureText(label.text).width / 2 + 4
      const x = this.view.x + this.view.scale * label.x
      const y = this.view.y - this.view.scale * label.y
      const box = [x - half, y - 10, x + half, y + 10]
      const outside = box[0] < 0 || box[1] < 0 || box[2] > this.width || box[3] > this.height
      if (outside || taken.some((other) => overlap(box, other))) continue
      taken.push(box)
      this.pen.globalAlpha = 0.85
      this.pen.strokeStyle = this.paper
      this.pen.lineWidth = 4
      this.pen.strokeText(label.text, x, y)
      this.pen.globalAlpha = 1
      this.pen.fillStyle = this.ink
      this.pen.fillText(label.text, x, y)
    }
  }

  drawOver() {
    this.clear(this.topPen)
    this.topPen.strokeStyle = this.ink
    if (this.pointed >= 0) {
      this.topPen.lineWidth = 2
      this.topPen.beginPath()
      this.topPen.arc(this.pixelX(this.pointed), this.pixelY(this.pointed), this.radius + 3, 0, 2 * Math.PI)
      this.topPen.stroke()
    }
    if (this.lasso.length < 4) return
    this.topPen.lineWidth = 1.5
    this.topPen.beginPath()
    for (let i = 0; i < this.lasso.length; i += 2) {
      this.topPen.lineTo(this.view.x + this.view.scale * this.lasso[i], this.view.y - this.view.scale * this.lasso[i + 1])
    }
    this.topPen.closePath()
    this.topPen.strokeStyle = this.accent
    this.topPen.stroke()
    this.topPen.globalAlpha = 0.08
    this.topPen.fillStyle = this.accent
    this.topPen.fill()
    this.topPen.globalAlpha = 1
  }

  // -- pointing ------------------------------------------------------------------------------------------------------

  listen() {
    const over = this.over
    over.onpointerdown = (event) => this.pressed(event)
    over.onpointermove = (event) => (this.press ? this.dragged(event) : this.hover(event))
    over.onpointerup = (event) => this.released(event)
    over.onpointercancel = () => this.abandon()
    over.onpointerleave = () => this.point(-1)
    over.onkeydown = (event) => this.key(event)
    over.ondblclick = () => this.doubleClicked()
    over.addEventListener("wheel", (event) => this.wheel(event), { passive: false })
    for (const button of this.root.querySelectorAll("button")) button.onclick = () => this.act(button.dataset.act)
    this.setMode("select")
  }

  pressed(event) {
    if (event.button > 1) return
    this.over.setPointerCapture(event.pointerId)
    const [x, y] = [event.offsetX, event.offsetY]
    this.press = { x, y, lastX: x, lastY: y, moved: false, pan: this.mode === "pan" || event.button === 1 || event.altKey }
  }

  dragged(event) {
    const [x, y] = [event.offsetX, event.offsetY]
    const press = this.press
    if (!press.moved && Math.hypot(x - press.x, y - press.y) < CLICK_PIXELS) return
    if (!press.moved) {
      press.moved = true
      this.point(-1)
      if (!press.pan) this.lasso = this.onMap(press.x, press.y)
    }
    if (press.pan) this.pan(x - press.lastX, y - press.lastY)
    else {
      this.lasso.push(...this.onMap(x, y))
      this.drawOver()
    }
    press.lastX = x
    press.lastY = y
  }

  released(event) {
    const press = this.press
    this.press = null
    if (!press) return
    if (!press.moved) this.clicked(event)
    else if (!press.pan) this.closeLasso(event.shiftKey)
  }

  abandon() {
    this.press = null
    this.lasso = []
    this.drawOver()
  }

  // A click takes the nearest dot, with Shift it adds or removes it; on empty ground it selects nothing.
  clicked(event) {
    if (event.detail <= 1) this.beforeClicks = this.selected
    const row = this.nearest(event.offsetX, event.offsetY)
    const chosen = event.shiftKey ? new Set(this.selected) : new Set()
    if (row >= 0 && event.shiftKey && chosen.has(row)) chosen.delete(row)
    else if (row >= 0) chosen.add(row)
    this.lasso = []
    this.choose(chosen)
    this.draw()
    clearTimeout(this.clickTimer)
    this.clickTimer = setTimeout(() => this.tell(), DOUBLE_CLICK_MS)
  }

  doubleClicked() {
    clearTimeout(this.clickTimer)
    if (this.beforeClicks) this.choose(this.beforeClicks)
    this.fit()
    this.draw()
    this.tell()
  }

  closeLasso(add) {
    const inside = []
    for (let row = 0; row < this.count; row++) {
      if (within(this.points[2 * row], this.points[2 * row + 1], this.lasso)) inside.push(row)
    }
    this.choose(add ? [...this.selected, ...inside] : inside)
    this.draw()
    this.tell()
  }

  hover(event) {
    const row = this.nearest(event.offsetX, event.offsetY)
    if (row !== this.pointed) this.point(row)
  }

  point(row) {
    this.pointed = row
    this.drawOver()
    this.tip.hidden = row < 0
    if (row < 0) return
    this.tip.textContent = this.titles[row]
    const [x, y] = [this.pixelX(row), this.pixelY(row)]
    this.tip.style.left = `${Math.max(4, Math.min(x + 12, this.width - this.tip.offsetWidth - 4))}px`
    this.tip.style.top = `${y + 14 + this.tip.offsetHeight > this.height ? y - 14 - this.tip.offsetHeight : y + 14}px`
  }

  nearest(x, y) {
    let [best, distance] = [-1, REACH_PIXELS * REACH_PIXELS]
    for (let row = 0; row < this.count; row++) {
      const [dx, dy] = [this.pixelX(row) - x, this.pixelY(row) - y]
      if (dx * dx + dy * dy < distance) [best, distance] = [row, dx * dx + dy * dy]
    }
    return best
  }

  wheel(event) {
    event.preventDefault()
    this.point(-1)
    this.zoom(Math.exp(-event.deltaY * 0.0015), event.offsetX, event.offsetY)
  }

  // -- keys and buttons ----------------------------------------------------------------------------------------------

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const steps = {
      ArrowLeft: () => this.pan(PAN_PIXELS, 0),
      ArrowRight: () => this.pan(-PAN_PIXELS, 0),
      ArrowUp: () => this.pan(0, PAN_PIXELS),
      ArrowDown: () => this.pan(0, -PAN_PIXELS),
      "+": () => this.act("in"),
      "-": () => this.act("out"),
      0: () => this.act("fit"),
      Escape: () => this.clearSelection(),
    }
    if (!steps[event.key]) return
    event.preventDefault()
    event.stopPropagation()
    steps[event.key]()
  }

  act(name) {
    if (name === "in") this.zoom(1.4)
    else if (name === "out") this.zoom(1 / 1.4)
    else if (name === "fit") {
      this.fit()
      this.draw()
    } else this.setMode(name)
  }

  setMode(mode) {
    this.mode = mode
    this.over.style.cursor = mode === "pan" ? "grab" : "crosshair"
    for (const button of this.root.querySelectorAll("button[aria-pressed]")) {
      button.setAttribute("aria-pressed", String(button.dataset.act === mode))
    }
  }

  clearSelection() {
    this.choose([])
    this.lasso = []
    this.draw()
    this.tell()
  }

  // The version and the nonce come back with the rows, so that Python knows which dots and which question they answer.
  tell() {
    const rows = Uint32Array.from(this.selected).sort()
    this.send({ rows: base64(rows), version: this.version, nonce: this.nonce })
  }
}

// -- geometry --------------------------------------------------------------------------------------------------------

function within(x, y, polygon) {
  let inside = false
  for (let i = 0, j = polygon.length - 2; i < polygon.length; j = i, i += 2) {
    const [xi, yi, xj, yj] = [polygon[i], polygon[i + 1], polygon[j], polygon[j + 1]]
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside
  }
  return inside
}

// The rows, those of the same colour together: the pen is changed once a colour instead of once a dot.
function byColour(colours) {
  return Uint32Array.from(colours.keys()).sort((one, other) => colours[one] - colours[other] || one - other)
}

function overlap(one, other) {
  return one[0] < other[2] && one[2] > other[0] && one[1] < other[3] && one[3] > other[1]
}

// -- arrays as text --------------------------------------------------------------------------------------------------

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
}

function floats(text) {
  return new Float32Array(bytes(text).buffer)
}

function integers(text) {
  return new Uint32Array(bytes(text).buffer)
}

function base64(array) {
  const raw = new Uint8Array(array.buffer)
  let text = ""
  for (let start = 0; start < raw.length; start += 32768) {
    text += String.fromCharCode(...raw.subarray(start, start + 32768))
  }
  return btoa(text)
}
