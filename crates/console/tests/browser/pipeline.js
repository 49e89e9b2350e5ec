// A `dateline up` of its own for these tests: free ports, a folder of its own, the seeds.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = new URL("../../../..", import.meta.url).pathname;
export const BINARY = process.env.DATELINE_BINARY ?? join(ROOT, "target/debug/dateline");
const PATIENCE = 120_000;

// Polls until `look` gives something.
export async function eventually(what, look) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

export async function startPipeline() {
  const folder = mkdtempSync(join(tmpdir(), "dateline-browser-"));
  const data = join(folder, "data");
  // By a short name: paths of inputs are shown.
  symlinkSync(join(ROOT, "seeds"), join(folder, "seeds"));
  const child = spawn(BINARY, ["up", "--data-dir", "data", "--seeds", "seeds"], {
    cwd: folder,
    env: {
      ...process.env,
      DATELINE_LOG__FORMAT: "json",
      DATELINE_ADMIN__LISTEN: "127.0.0.1:0",
      DATELINE_CONSOLE__LISTEN: "127.0.0.1:0",
      DATELINE_PRODUCER__PUSH__LISTEN: "127.0.0.1:0",
      // So that a test can make a dead letter that can be replayed.
      DATELINE_ENRICHER__MAX_TEXT: "200KiB",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  let summary = "";
  child.stderr.on("data", (text) => (said += text));
  child.stdout.on("data", (text) => (summary += text));
  const address = (message) =>
    eventually(message, () => {
      if (child.exitCode !== null) throw new Error(`dateline ended:\n${said}`);
      const lines = said.split("\n").filter((line) => line.startsWith("{"));
      const line = lines.find((line) => line.includes(`"${message}"`));
      return line && `http://${JSON.parse(line).address}`;
    });
  const [console, push] = [await address("console listens"), await address("push port listens")];
  await eventually("the seeds to be stored", () => summary.includes("dead letters"));
  return {
    console,
    push: async (article) => {
      const answer = await fetch(`${push}/articles?source=wire`, { method: "POST", body: JSON.stringify(article) });
      if (answer.status !== 202) throw new Error(`${answer.status}: ${await answer.text()}`);
    },
    data,
    broker: () => JSON.parse(readFileSync(join(data, "broker/address.json"), "utf8")).url,
    token: () => readFileSync(join(data, "console.token"), "utf8").trim(),
    stop: async () => {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
