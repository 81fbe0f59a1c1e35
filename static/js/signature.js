/**
 * The field in which a signature is drawn: lines of points go into the form as numbers, never as a picture.
 * Typing the name is the other way, and the one for keyboards: choosing it hides the field.
 */
const WIDTH = 1000;
const HEIGHT = 300;
const NEAR = 4; // units; closer points say nothing more

function start(form) {
  const pad = form.querySelector("[data-pad]");
  const field = form.querySelector("[data-strokes]");
  const state = form.querySelector("[data-pad-state]");
  const pen = pad.getContext("2d");
  const lines = [];
  let line = null;

  const where = (event) => {
    const box = pad.getBoundingClientRect();
    const x = Math.round(((event.clientX - box.left) / box.width) * WIDTH);
    const y = Math.round(((event.clientY - box.top) / box.height) * HEIGHT);
    return [Math.min(WIDTH, Math.max(0, x)), Math.min(HEIGHT, Math.max(0, y))];
  };
  const draw = () => {
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    pen.strokeStyle = getComputedStyle(pad).color;
    pen.lineWidth = 6;
    pen.lineCap = pen.lineJoin = "round";
    for (const points of lines) {
      pen.beginPath();
      pen.moveTo(...points[0]);
      if (points.length === 1) pen.lineTo(points[0][0] + 1, points[0][1]);
      for (const point of points.slice(1)) pen.lineTo(...point);
      pen.stroke();
    }
  };
  const tell = () => {
    field.value = lines.length ? JSON.stringify(lines) : "";
    const words = lines.length ? state.dataset.drawn : state.dataset.empty;
    if (state.textContent !== words) state.textContent = words;
    draw();
  };

  pad.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    line = [where(event)];
    lines.push(line);
    draw();
  });
  pad.addEventListener("pointermove", (event) => {
    if (!line) return;
    const [x, y] = where(event);
    const [lastX, lastY] = line.at(-1);
    if (Math.abs(x - lastX) + Math.abs(y - lastY) < NEAR) return;
    line.push([x, y]);
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    pad.addEventListener(end, () => {
      line = null;
      tell();
    });
  }
  form.querySelector("[data-pad-undo]").addEventListener("click", () => {
    lines.pop();
    tell();
  });
  form.querySelector("[data-pad-clear]").addEventListener("click", () => {
    lines.length = 0;
    tell();
  });

  const show = () => {
    const chosen = form.querySelector("[name=method]:checked")?.value ?? "typed";
    for (const part of form.querySelectorAll("[data-sign]")) part.hidden = part.dataset.sign !== chosen;
    if (chosen === "drawn") draw();
  };
  for (const choice of form.querySelectorAll("[name=method]")) choice.addEventListener("change", show);
  try {
    lines.push(...JSON.parse(field.value || "[]"));
  } catch {
    field.value = "";
  }
  show();
  tell();
}

for (const form of document.querySelectorAll("#sign-form")) start(form);
