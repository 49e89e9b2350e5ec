// Makes the pictures of docs/images: `npm run screenshots`, with a dateline binary built.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DESK, PHONE, pages, startBrowser } from "./browser.js";
import { startPipeline } from "./pipeline.js";

const TARGET = process.argv[2] ?? new URL("../../../../docs/images", import.meta.url).pathname;

const pipeline = await startPipeline();
const browser = await startBrowser();
mkdirSync(TARGET, { recursive: true });

async function shoot(name, path, options, full = false) {
  const context = await browser.newContext({ deviceScaleFactor: 1.25, ...options });
  const page = await context.newPage();
  await page.goto(pipeline.console + path);
  if (await page.locator("[data-live-pulse]").count()) await page.getByText("live", { exact: true }).waitFor();
  await page.waitForTimeout(name.startsWith("console-flow") ? 6_000 : 300);
  if (name === "console-article") await page.locator(".body .hl.date").nth(1).hover();
  await page.screenshot({ path: join(TARGET, `${name}.png`), fullPage: full });
  await context.close();
}

const PLACES = ["Lisbon", "Nairobi", "Ottawa", "Lima", "Hanoi", "Oslo", "Jakarta"];
const TOPICS = ["Ministers meet for a second round of talks", "Flood barriers hold", "Railway strike ends", "Election is called", "New bridge opens early"];

// The article that a search finds first.
async function found(words) {
  const page = await browser.newPage();
  await page.goto(`${pipeline.console}/articles?q=${encodeURIComponent(words)}`);
  const address = await page.locator(".hit h3 a").first().getAttribute("href");
  await page.close();
  return address;
}

async function twoVersions() {
  const article = { url: "https://example.org/storm", title: "Storm crosses the coast", published: "2023-11-07T06:00:00Z" };
  await pipeline.push({ ...article, text: "LISBON - Five people were hurt when a storm crossed the coast on Monday, officials said. Schools stay closed until Wednesday." });
  await pipeline.push({ ...article, title: "Storm crosses the coast, seven hurt", text: "LISBON - Seven people were hurt when a storm crossed the coast on Monday, officials said. Schools open again on Thursday." });
  await new Promise((done) => setTimeout(done, 3_000));
  return `${await found("storm coast lisbon")}/versions`;
}

const looking = await browser.newPage();
const addresses = await pages(looking, pipeline.console);
await looking.close();

const look = { viewport: DESK, colorScheme: "light" };
addresses.article = await found("earthquake haiti");
addresses.versions = await twoVersions();
for (const name of ["article", "timeline", "entity", "versions"]) {
  await shoot(`console-${name}`, addresses[name], look);
}
await shoot("console-phone", addresses.article, { viewport: PHONE, colorScheme: "light", deviceScaleFactor: 1.5 });

// Something must flow in the picture of the flow.
let flows = true;
const flow = (async () => {
  for (let number = 0; flows; number += 1) {
    const day = String(1 + (number % 28)).padStart(2, "0");
    const place = PLACES[number % PLACES.length];
    await pipeline.push({
      title: `${TOPICS[number % TOPICS.length]} in ${place}`,
      text: `${place.toUpperCase()} - Officials said on Friday that part ${number} of it, which began two weeks ago, would end by 1 December.`,
      published: `2023-11-${day}T10:00:00Z`,
    });
    await new Promise((done) => setTimeout(done, 15 + 110 * Math.abs(Math.sin(number / 90))));
  }
})();
await new Promise((done) => setTimeout(done, 110_000));
await shoot("console-flow", addresses.flow, look);
await shoot("console-flow-dark", addresses.flow, { ...look, colorScheme: "dark" });
flows = false;
await flow;
await browser.close();
await pipeline.stop();
