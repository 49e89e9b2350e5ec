// The console in a real browser, over a real pipeline with the seeds in it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { DESK, PHONE, pages, startBrowser } from "./browser.js";
import { eventually, startPipeline } from "./pipeline.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const BLOCKING = ["serious", "critical"];

let pipeline;
let browser;
let addresses;

before(async () => {
  pipeline = await startPipeline();
  browser = await startBrowser();
  const page = await browser.newPage();
  addresses = await pages(page, pipeline.console);
  await page.close();
});

after(async () => {
  await browser?.close();
  await pipeline?.stop();
});

// Opens a page and fails on whatever the browser complains of.
async function withPage(options, path, look) {
  // axe is put in past the policy of the page; what the page itself loads still obeys it.
  const context = await browser.newContext({ ...options, bypassCSP: true });
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(pipeline.console)) complaints.push(`asked elsewhere: ${request.url()}`);
  });
  try {
    await page.goto(pipeline.console + path);
    await look(page);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

async function faults(page) {
  await page.evaluate(AXE);
  const result = await page.evaluate(() => globalThis.axe.run(document));
  const serious = result.violations.filter((violation) => BLOCKING.includes(violation.impact));
  return serious.map((violation) => `${violation.id}: ${violation.nodes[0].html} ${violation.nodes[0].failureSummary}`);
}

const LOOKS = {
  light: { viewport: DESK, colorScheme: "light" },
  dark: { viewport: DESK, colorScheme: "dark" },
  phone: { viewport: PHONE, colorScheme: "light", hasTouch: true },
};

for (const [look, options] of Object.entries(LOOKS)) {
  test(`every page is whole and accessible: ${look}`, async () => {
    for (const [name, path] of Object.entries(addresses)) {
      await withPage(options, path, async (page) => {
        assert.equal(await page.locator("main h1").count(), 1, name);
        assert.deepEqual(await faults(page), [], name);
        const [wide, room] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.clientWidth,
        ]);
        assert.ok(wide <= room, `${name} is ${wide} wide on a screen of ${room}`);
      });
    }
  });
}

test("a pushed article appears by itself, with its figures", async () => {
  await withPage(LOOKS.light, addresses.flow, async (page) => {
    await page.getByText("live", { exact: true }).waitFor();
    const figure = page.locator("dd [data-live='store.articles']");
    const stored = Number((await figure.textContent()).replace(/\D/g, ""));
    await pipeline.push({ title: "A push while the page is open", text: "It came to Paris on Monday.", published: "2023-11-07" });
    await page.getByRole("link", { name: "A push while the page is open" }).waitFor();
    await page.waitForFunction(
      ([element, before]) => Number(element.textContent.replace(/\D/g, "")) === before + 1,
      [await figure.elementHandle(), stored],
    );
  });
});

test("an entity and a date say what they are when they have the focus", async () => {
  await withPage(LOOKS.light, addresses.article, async (page) => {
    const marked = page.locator(".body .hl").first();
    await marked.focus();
    await marked.locator(".card").waitFor({ state: "visible" });
    assert.match(await marked.locator(".card").textContent(), /\w/);
  });
});

test("two versions are compared", async () => {
  const article = { id: "toll-1", url: "https://example.org/toll", title: "Toll", published: "2023-11-07" };
  await pipeline.push({ ...article, text: "Five people were hurt in the storm." });
  await pipeline.push({ ...article, text: "Seven people were hurt in the storm." });
  await withPage(LOOKS.light, "/articles?q=toll", async (page) => {
    const compare = page.getByRole("link", { name: "Compare them side by side" });
    await eventually("both versions to be stored", async () => {
      await page.goto(`${pipeline.console}/articles?q=toll`);
      const found = page.getByRole("link", { name: "Toll" }).first();
      if (!(await found.count())) return false;
      await page.goto(pipeline.console + (await found.getAttribute("href")));
      return compare.count();
    });
    await compare.click();
    await page.locator("del", { hasText: "Five" }).waitFor();
    await page.locator("ins", { hasText: "Seven" }).waitFor();
  });
});

test("a stretch of the timeline is picked with the pointer", async () => {
  await withPage(LOOKS.light, addresses.timeline, async (page) => {
    const box = await page.locator(".brush svg").boundingBox();
    const before = await page.locator("#from").inputValue();
    await page.mouse.move(box.x + box.width * 0.4, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.9, box.y + 40, { steps: 4 });
    await page.mouse.up();
    await page.getByRole("link", { name: "All times" }).waitFor();
    assert.ok((await page.locator("#from").inputValue()) > before);
  });
});

test("pages can be reached and read with the keyboard alone", async () => {
  await withPage(LOOKS.light, addresses.flow, async (page) => {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to content");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Entities" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Entities", level: 1 }).waitFor();
  });
});

test("a dead letter is replayed and dropped by who shows the token", async () => {
  // Longer than this pipeline's enricher takes.
  await pipeline.push({ title: "Too long", text: "Again and again. ".repeat(20_000), published: "2023-11-07" });
  await withPage(LOOKS.light, "/dead", async (page) => {
    const first = page.locator("tbody tr").first();
    const latest = async () => {
      await page.goto(`${pipeline.console}/dead`);
      return Number(await first.getByRole("link").textContent());
    };
    const isTooLarge = async () => (await latest()) && (await first.getByText("too-large").count()) > 0;
    await eventually("the letter", isTooLarge);
    const number = await latest();
    await first.getByRole("link").click();
    await page.getByLabel("show the console's token").fill(pipeline.token());
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByRole("button", { name: "Replay" }).click();
    await page.getByText(`Letter ${number} was sent through again`).waitFor();
    // It is still too long, so that it comes back under another number.
    await eventually("the replayed letter", async () => (await latest()) > number && isTooLarge());
    const again = await latest();
    await first.getByRole("link").click();
    await page.getByText("Drop…").click();
    await page.getByRole("button", { name: "Drop this letter" }).click();
    await page.getByText(`Letter ${again} was dropped`).waitFor();
    assert.ok((await latest()) < number);
  });
});
