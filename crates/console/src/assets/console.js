// Puts live figures in their places, and lets a pointer pick a stretch of the timeline.
// The pages are complete without it.
"use strict";

(() => {
  const pulse = document.querySelector("[data-live-pulse]");
  if (!pulse || !window.EventSource) return;

  const show = (state, words) => {
    pulse.dataset.state = state;
    pulse.textContent = words;
  };

  // Writes only what differs, so that a screen reader hears changes and nothing else.
  const place = (selector, values, write) => {
    for (const element of document.querySelectorAll(`[${selector}]`)) {
      const value = values[element.getAttribute(selector)];
      if (value !== undefined) write(element, value);
    }
  };

  const events = new EventSource("/events");

  events.addEventListener("flow", (event) => {
    const figures = JSON.parse(event.data);
    place("data-live", figures.text, (element, text) => {
      if (element.textContent !== text) element.textContent = text;
    });
    place("data-live-state", figures.state, (element, state) => {
      element.dataset.state = state;
    });
    place("data-live-width", figures.width, (element, width) => {
      element.setAttribute("width", width);
    });
    // Drawn by the server, like all that is put in as markup; the policy of the page lets
    // nothing in it run.
    place("data-live-drawing", figures.drawing, (element, drawing) => {
      element.innerHTML = drawing;
    });
    show("live", "live");
  });

  // Escaped by the server.
  let arrived;
  events.addEventListener("arrived", (event) => {
    const list = document.querySelector("[data-live-html=arrived]");
    if (!list || arrived === event.data || list.contains(document.activeElement)) return;
    arrived = event.data;
    list.innerHTML = arrived;
  });

  events.addEventListener("error", () => show("lost", "not connected"));
})();

(() => {
  const brush = document.querySelector("[data-brush-from]");
  const chart = brush?.querySelector("svg");
  if (!chart) return;

  const from = Number(brush.dataset.brushFrom);
  const to = Number(brush.dataset.brushTo);
  const frame = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  frame.setAttribute("class", "frame");
  frame.setAttribute("height", "100%");
  chart.append(frame);

  // Left of the bars stands their scale.
  const scale = Number(chart.dataset.scale);
  const width = chart.viewBox.baseVal.width - scale;
  const placeOf = (event) => {
    const box = chart.getBoundingClientRect();
    const units = ((event.clientX - box.left) / box.width) * (width + scale);
    return Math.min(1, Math.max(0, (units - scale) / width));
  };
  const day = (place) => new Date((from + place * (to - from - 1)) * 1000).toISOString().slice(0, 10);

  let start;
  let end;
  chart.addEventListener("pointerdown", (event) => {
    start = end = placeOf(event);
    chart.setPointerCapture(event.pointerId);
  });
  chart.addEventListener("pointermove", (event) => {
    if (start === undefined) return;
    end = placeOf(event);
    frame.setAttribute("x", scale + Math.min(start, end) * width);
    frame.setAttribute("width", Math.abs(end - start) * width);
  });
  chart.addEventListener("pointerup", () => {
    const [first, last] = [Math.min(start, end), Math.max(start, end)];
    start = undefined;
    frame.setAttribute("width", 0);
    if (last - first < 0.005) return;
    document.getElementById("from").value = day(first);
    document.getElementById("to").value = day(last);
    document.getElementById("from").form.submit();
  });
})();
