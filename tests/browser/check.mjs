// Open a page as people do, and tell as JSON what was seen: node check.mjs CHROMIUM PAGE [FOLDER for screenshots]
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const WAYS = {
  light: { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
  wide: { viewport: { width: 1600, height: 900 }, colorScheme: "light" },
  tablet: { viewport: { width: 900, height: 900 }, colorScheme: "light" },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: "light", deviceScaleFactor: 2, hasTouch: true },
  "phone-dark": { viewport: { width: 390, height: 844 }, colorScheme: "dark", deviceScaleFactor: 2, hasTouch: true },
};
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [executablePath, url, folder] = process.argv.slice(2);

const violations = async (page) => {
  const { violations: found } = await page.evaluate(() => axe.run(document));
  return found.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.slice(0, 4).map((node) => node.html) }));
};

const look = async (browser, name, options) => {
  const context = await browser.newContext({ ...options, bypassCSP: false });
  const page = await context.newPage();
  const seen = { dialogs: [], requests: [], errors: [] };
  page.on("dialog", (dialog) => { seen.dialogs.push(dialog.message()); dialog.dismiss(); });
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("console", (message) => { if (message.type() === "error") seen.errors.push(message.text()); });
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  await page.goto(url);
  await page.waitForTimeout(100);
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  seen.ran = await page.evaluate(() => window.__ran ?? null);
  seen.overflows = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  await page.evaluate(axe);
  seen.closed = await violations(page);
  const first = page.locator("details.why > summary").first();
  if (await first.count()) {
    const panel = page.locator("details.why > .panel").first();
    seen.atRest = await panel.isVisible();
    await page.locator("li:has(> details.why)").first().hover();
    await page.waitForTimeout(300);
    seen.onHover = await panel.isVisible();
    if (folder) await page.screenshot({ path: `${folder}/${name}-hover.png` });
    await page.mouse.move(0, 0);
    await first.focus();
    await page.keyboard.press("Enter");
    await page.waitForTimeout(300);
    seen.onEnter = await panel.isVisible();
    if (folder) await page.screenshot({ path: `${folder}/${name}-open.png` });
    seen.open = await violations(page);
    await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.removeAttribute("name"); one.open = true; }));
    seen.allOpen = await violations(page);
    seen.overflowsOpen = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  }
  await context.close();
  return seen;
};

const browser = await chromium.launch({ executablePath, args: FLAGS });
const report = {};
for (const [name, options] of Object.entries(WAYS)) report[name] = await look(browser, name, options);
await browser.close();
console.log(JSON.stringify(report, null, 1));
