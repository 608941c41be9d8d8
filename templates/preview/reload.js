const made = document.documentElement.dataset.version;
setInterval(async () => {
  try {
    const answer = await fetch("/version", { cache: "no-store" });
    if (answer.ok && (await answer.text()) !== made) location.reload();
  } catch {
    // The server has stopped: the page stays as it is.
  }
}, 1000);
