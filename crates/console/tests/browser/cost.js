// What the console costs, as a process of its own beside a pipeline: CPU and memory with nobody
// looking, and with browsers that watch and click. `npm run cost`, with a dateline binary built.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { BINARY, eventually, startPipeline } from "./pipeline.js";

const SECONDS = 30;
const WATCHERS = 20;
const PAGES = ["/", "/articles?q=government", "/timeline", "/entities?days=3650", "/sources", "/dead"];
const TICKS = 100;

const pipeline = await startPipeline();
const child = spawn(BINARY, ["run", "console", "--nats-url", pipeline.broker(), "--data-dir", pipeline.data], {
  env: { ...process.env, DATELINE_LOG__FORMAT: "json", DATELINE_CONSOLE__LISTEN: "127.0.0.1:0", DATELINE_ADMIN__LISTEN: "127.0.0.1:0" },
  stdio: ["ignore", "ignore", "pipe"],
});
let said = "";
child.stderr.on("data", (text) => (said += text));
const base = await eventually("the console", () => {
  const line = said.split("\n").find((line) => line.includes('"console listens"'));
  return line && `http://${JSON.parse(line).address}`;
});

// CPU seconds so far, and resident MiB.
function usage() {
  const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1].split(" ");
  const memory = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))[1];
  return { cpu: (Number(stat[11]) + Number(stat[12])) / TICKS, memory: Number(memory) / 1024 };
}

async function measure(what, during) {
  const before = usage();
  const end = Date.now() + SECONDS * 1000;
  const answers = await during(end);
  const after = usage();
  const share = ((after.cpu - before.cpu) / SECONDS) * 100;
  console.log(`${what}: ${share.toFixed(1)} % of a core, ${after.memory.toFixed(0)} MiB${answers ? `, ${answers} pages` : ""}`);
}

const rest = (end) => new Promise((done) => setTimeout(done, end - Date.now()));
await new Promise((done) => setTimeout(done, 3_000));
await measure("nobody looks", rest);

const streams = [];
for (let number = 0; number < WATCHERS; number += 1) {
  const stop = new AbortController();
  streams.push(stop);
  const answer = await fetch(`${base}/events`, { signal: stop.signal });
  answer.body.pipeTo(new WritableStream()).catch(() => {});
}
await measure(`${WATCHERS} live views`, rest);
await measure(`${WATCHERS} live views and 10 pages a second`, async (end) => {
  let pages = 0;
  while (Date.now() < end) {
    const answer = await fetch(base + PAGES[pages % PAGES.length]);
    await answer.text();
    if (!answer.ok) throw new Error(`${PAGES[pages % PAGES.length]}: ${answer.status}`);
    pages += 1;
    await new Promise((done) => setTimeout(done, 90));
  }
  return pages;
});
streams.forEach((stop) => stop.abort());
child.kill("SIGTERM");
await pipeline.stop();
