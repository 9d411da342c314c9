"""The page for a phone on the same network: one file, which loads nothing and holds no secret.

The token comes in the address behind a #, which a browser sends to nobody.
"""

from typing import Final

PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mynah</title>
<style>
:root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif; --line: #8886; --mine: #4a7dc822 }
* { box-sizing: border-box }
body { margin: 0; height: 100dvh; display: flex; flex-direction: column; max-width: 44rem; margin-inline: auto }
main { flex: 1; overflow-y: auto; padding: 1rem }
.turn { margin: .6rem 0; padding: .6rem .9rem; border-radius: .9rem; white-space: pre-wrap; overflow-wrap: anywhere;
  border: 1px solid var(--line) }
.mine { background: var(--mine); margin-left: 15% }
.quiet { opacity: .7; font-size: .9rem }
form { display: flex; gap: .5rem; padding: .8rem; border-top: 1px solid var(--line) }
textarea { flex: 1; font: inherit; padding: .6rem; border-radius: .6rem; border: 1px solid var(--line); resize: none;
  background: none; color: inherit }
button { font: inherit; padding: .6rem 1rem; border-radius: .6rem; border: 1px solid var(--line);
  background: var(--mine); color: inherit }
</style></head><body>
<main id="talk" aria-live="polite">
<p class="quiet">Your bot runs on your computer. Nothing leaves your network.</p></main>
<form id="form"><textarea id="say" rows="1" aria-label="Message" placeholder="Say something" required></textarea>
<button id="send">Send</button></form>
<script>
const token = location.hash.slice(1), history_ = [];
history.replaceState(null, "", location.pathname + location.hash);
const [talk, say, send] = ["talk", "say", "send"].map(id => document.getElementById(id));
let leaving = null;
function add(text, kind) {
  const turn = document.createElement("div");
  turn.className = "turn " + kind;
  turn.textContent = text;
  talk.append(turn);
  talk.scrollTop = talk.scrollHeight;
  return turn;
}
async function answer(message) {
  const turn = add("…", "");
  leaving = new AbortController();
  send.textContent = "Stop";
  let text = "";
  try {
    const reply = await fetch("/api/chat/stream", { method: "POST", signal: leaving.signal,
      headers: { "Content-Type": "application/json", "Authorization": "Bearer " + token },
      body: JSON.stringify({ message, history: history_ }) });
    if (!reply.ok) throw new Error((await reply.json()).error.message);
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    let waiting = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      waiting += value;
      const events = waiting.split("\\n\\n");
      waiting = events.pop();
      for (const event of events) {
        const data = JSON.parse(event.slice(6));
        if (data.text) { text += data.text; turn.textContent = text; talk.scrollTop = talk.scrollHeight; }
      }
    }
    history_.push({ role: "user", content: message }, { role: "assistant", content: text });
  } catch (error) {
    if (error.name !== "AbortError") turn.textContent = error.message;
  }
  leaving = null;
  send.textContent = "Send";
}
document.getElementById("form").onsubmit = event => {
  event.preventDefault();
  if (leaving) { leaving.abort(); return; }
  const message = say.value.trim();
  if (!message) return;
  add(message, "mine");
  say.value = "";
  answer(message);
};
say.onkeydown = event => {
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  document.getElementById("form").requestSubmit();
};
</script></body></html>
"""
