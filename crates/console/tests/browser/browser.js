// Chromium, as the system has it.

import { chromium } from "playwright-core";

const PROGRAM = process.env.DATELINE_CHROMIUM ?? "/usr/bin/chromium";

export function startBrowser() {
  return chromium.launch({
    executablePath: PROGRAM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--font-render-hinting=none"],
  });
}

export const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

// Every page, by a name for pictures. The ids of articles and letters are looked up.
export async function pages(page, base) {
  await page.goto(`${base}/articles?q=lang:en&order=newest`);
  const article = await page.locator(".hit h3 a").first().getAttribute("href");
  await page.goto(`${base}/dead`);
  const letter = await page.locator("tbody th a").first().getAttribute("href");
  await page.goto(`${base}/entities?days=3650`);
  const entity = await page.locator("#top-place + ol a").first().getAttribute("href");
  return {
    flow: "/",
    articles: "/articles",
    search: "/articles?q=government",
    article,
    timeline: "/timeline",
    entities: "/entities?days=3650",
    entity,
    sources: "/sources",
    dead: "/dead",
    letter,
    config: "/config",
  };
}
