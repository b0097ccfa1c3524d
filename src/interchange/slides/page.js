"use strict";
(() => {
  const root = document.documentElement;
  const slides = [...document.querySelectorAll("article")];
  const position = document.getElementById("position");
  let digits = "";

  const presenting = () => root.classList.contains("presenting");

  // The slide of the address, or the one that is in view.
  const current = () => {
    if (presenting()) return slides.findIndex((slide) => slide.classList.contains("shown"));
    const middle = window.innerHeight / 2;
    const at = slides.findIndex((slide) => slide.getBoundingClientRect().bottom > middle);
    return at < 0 ? slides.length - 1 : at;
  };

  const show = (wanted) => {
    const at = Math.max(0, Math.min(slides.length - 1, wanted));
    slides.forEach((slide, number) => slide.classList.toggle("shown", number === at));
    history.replaceState(null, "", `#${at + 1}`);
    slides[at].focus({ preventScroll: presenting() });
    if (!presenting()) slides[at].scrollIntoView();
    position.textContent = `Slide ${at + 1} of ${slides.length}`;
  };

  const present = (on) => {
    const at = current();
    root.classList.toggle("presenting", on);
    show(at);
  };

  const fill = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (root.requestFullscreen) root.requestFullscreen().catch(() => {});
  };

  const notes = () => {
    const open = slides[current()].querySelector(".notes");
    open.open = !open.open;
  };

  const moves = {
    ArrowRight: () => show(current() + 1),
    ArrowDown: () => show(current() + 1),
    PageDown: () => show(current() + 1),
    " ": () => show(current() + 1),
    ArrowLeft: () => show(current() - 1),
    ArrowUp: () => show(current() - 1),
    PageUp: () => show(current() - 1),
    Home: () => show(0),
    End: () => show(slides.length - 1),
    p: () => present(!presenting()),
    f: () => { present(true); fill(); },
    n: notes,
    Escape: () => present(false),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // A control that has the focus keeps its own keys.
    if (event.target.closest("button, summary, a, input") && [" ", "Enter"].includes(event.key)) return;
    if (/^[0-9]$/.test(event.key)) {
      digits += event.key;
      return;
    }
    if (event.key === "Enter" && digits) {
      show(Number(digits) - 1);
      digits = "";
      return;
    }
    digits = "";
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const move = event.shiftKey && key === " " ? moves.ArrowLeft : moves[key];
    if (!move) return;
    event.preventDefault();
    move();
  });

  document.querySelector(".bar").hidden = false;
  document.getElementById("present").addEventListener("click", () => {
    present(true);
    fill();
  });
  const asked = Number(location.hash.slice(1));
  if (asked > 0) show(asked - 1);
})();
