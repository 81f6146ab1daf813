/** Follows a long act: data-url answers {"share": 0–1 or null, "words": "…", "next": address or null}. */

export default function follow(part) {
  const bar = part.querySelector("progress");
  const words = part.querySelector("[role=status]");
  let pause = 1000;
  const look = async () => {
    try {
      const answer = await fetch(part.dataset.url, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const job = await answer.json();
      if (job.next) {
        location.assign(job.next);
        return;
      }
      if (typeof job.share === "number") bar.value = Math.round(100 * job.share);
      else bar.removeAttribute("value");
      if (job.words && words.textContent !== job.words) words.textContent = job.words;
      pause = 1000;
    } catch {
      pause = Math.min(pause * 2, 15000);
    }
    setTimeout(look, pause);
  };
  setTimeout(look, pause);
}
