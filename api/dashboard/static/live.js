// Keeps a page live: regions as the server sends them, and clocks that tick. Without it all works.
(() => {
  "use strict";
  const body = document.body, units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];

  const span = (seconds) => {
    const whole = Math.round(Math.abs(seconds));
    const at = Math.max(0, units.findIndex(([, each]) => whole >= each));
    const first = whole < 1 ? ["s", 1] : units[at], next = units[at + 1];
    const many = Math.floor(whole / first[1]);
    const rest = next ? Math.floor((whole - many * first[1]) / next[1]) : 0;
    return `${many} ${first[0]}` + (rest ? ` ${rest} ${next[0]}` : "");
  };
  const clock = (moment) => moment.toISOString().slice(11, 19) + " UTC";

  const tick = () => {
    const now = Date.now();
    for (const time of document.querySelectorAll("time[data-ago], time[data-countdown]")) {
      const seconds = (now - Date.parse(time.dateTime)) / 1000;
      const said = Math.abs(seconds) < 1 ? "now" : seconds > 0 ? `${span(seconds)} ago` : `in ${span(seconds)}`;
      if (time.textContent !== said) time.textContent = said;
    }
  };
  tick();
  setInterval(tick, 1000);

  const url = body.dataset.liveUrl, toggle = document.getElementById("live-toggle");
  if (!url || !toggle || !window.EventSource) return;
  const line = document.getElementById("connection"), waiting = new Map();
  let source = null, lostAt = null, again = 0;

  const say = (words) => {
    line.textContent = words;
    line.hidden = !words;
  };

  // A region in which somebody is at work is left alone until they have gone.
  const isBusy = (region) => {
    const selected = window.getSelection();
    return region.contains(document.activeElement)
      || (selected && !selected.isCollapsed && selected.containsNode(region, true));
  };
  const show = () => {
    for (const [id, html] of waiting) {
      const region = document.getElementById(id);
      if (region && isBusy(region)) continue;
      waiting.delete(id);
      if (region) region.innerHTML = html;
    }
    tick();
  };

  const lost = () => {
    lostAt = lostAt || new Date();
    say(`Connection lost since ${clock(lostAt)}. What you see is from then; it is tried again.`);
    if (source && source.readyState === EventSource.CLOSED) {
      close();
      again = setTimeout(open, 10000);
    }
  };
  const close = () => {
    clearTimeout(again);
    if (source) source.close();
    source = null;
  };
  const open = () => {
    close();
    source = new EventSource(`${url}?page=${encodeURIComponent(body.dataset.page)}`);
    source.onerror = lost;
    source.addEventListener("regions", (event) => {
      lostAt = null;
      say("");
      for (const [id, html] of Object.entries(JSON.parse(event.data))) waiting.set(id, html);
      show();
    });
    source.addEventListener("ended", () => {
      close();
      say("Your sign-in has ended. Load the page again to sign in.");
    });
  };

  const press = (isLive) => {
    toggle.setAttribute("aria-pressed", String(isLive));
    toggle.textContent = isLive ? "Live" : "Paused";
    if (isLive) open();
    else {
      close();
      lostAt = null;
      say("");
    }
  };
  toggle.hidden = false;
  toggle.addEventListener("click", () => press(toggle.getAttribute("aria-pressed") !== "true"));
  setInterval(() => waiting.size && source && show(), 1000);
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && toggle.getAttribute("aria-pressed") === "true" && open());
  press(true);
})();
