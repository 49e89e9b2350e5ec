// Puts live figures in their places. The pages are complete without it.
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
    show("live", "live");
  });

  // The server has escaped it; the policy of the page lets nothing in it run.
  let newest;
  events.addEventListener("newest", (event) => {
    const list = document.querySelector("[data-live-html=newest]");
    if (!list || newest === event.data || list.contains(document.activeElement)) return;
    newest = event.data;
    list.innerHTML = newest;
  });

  events.addEventListener("error", () => show("lost", "not connected"));
})();
