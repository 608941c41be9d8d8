// Do an editor's steps on the desk, and tell as JSON what was seen: node desk.mjs CHROMIUM URL STEPS.json [FOLDER for screenshots]
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const WAYS = {
  light: { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: "light", deviceScaleFactor: 2, hasTouch: true },
  "phone-dark": { viewport: { width: 390, height: 844 }, colorScheme: "dark", deviceScaleFactor: 2, hasTouch: true },
};
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [executablePath, url, file, folder] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: FLAGS });
const seen = { actions: 0, times: [], dialogs: [], elsewhere: [], errors: [], looks: {}, reads: [] };

const isIdle = () => document.querySelector("#body").ariaBusy === "false" || document.querySelector("dialog").open;
const idle = (page) => page.waitForFunction(isIdle, undefined, { timeout: 20000 });

const open = async (options) => {
  const page = await (await browser.newContext(options)).newPage();
  page.on("dialog", (dialog) => { seen.dialogs.push(dialog.message()); dialog.dismiss(); });
  page.on("request", (request) => { if (!request.url().startsWith(url) && !request.url().startsWith("data:")) seen.elsewhere.push(request.url()); });
  page.on("console", (message) => { if (message.type() === "error" && !/status of (409|422)/.test(message.text())) seen.errors.push(message.text()); });
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  await page.goto(url);
  await idle(page);
  return page;
};

const look = async (page, name) => {
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run(document));
  seen.looks[name] = {
    violations: violations.map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 4).map((node) => node.html) })),
    overflows: await page.evaluate(() => document.documentElement.scrollWidth > innerWidth),
    ran: await page.evaluate(() => window.__ran ?? null),
  };
};

// The middle of an element's upper or lower half, where something can be dropped.
const half = async (page, selector, isBelow) => {
  await page.locator(selector).scrollIntoViewIfNeeded();
  const { x, y, width, height } = await page.locator(selector).boundingBox();
  return [x + width / 3, y + height * (isBelow ? 0.75 : 0.25)];
};

const DO = {
  press: (page, key) => page.keyboard.press(key),
  click: (page, selector) => page.locator(selector).first().click(),
  tap: (page, selector) => page.locator(selector).first().tap(),
  double: (page, selector) => page.locator(selector).first().dblclick(),
  choose: (page, [selector, value]) => page.locator(selector).selectOption(value),
  drag: async (page, [from, to, isBelow]) => {
    await page.locator(from).hover();
    await page.mouse.move(...(await half(page, `${from} > .grip`, false)));
    await page.mouse.down();
    const goal = await half(page, to, isBelow);
    await page.mouse.move(...goal, { steps: 4 });
    await page.mouse.move(...goal);
    await page.mouse.up();
  },
};
const ASIDE = {
  type: (page, text) => page.keyboard.insertText(text),
  date: (page, digits) => page.keyboard.type(digits),
  read: async (page, selector) => seen.reads.push(await page.locator(selector).first().innerText()),
  value: async (page, selector) => seen.reads.push(await page.locator(selector).first().inputValue()),
  focus: async (page) => seen.reads.push(await page.evaluate(() => document.activeElement.dataset.entry ?? document.activeElement.id)),
  look,
  wait: (page, selector) => page.locator(selector).first().waitFor({ timeout: 20000 }),
  write: (_page, [path, text]) => writeFileSync(path, text),
};

const { way, steps } = JSON.parse(readFileSync(file, "utf8"));
const pages = [];
for (const [name, value, number = 0] of steps) {
  pages[number] ??= await open(WAYS[way]);
  const page = pages[number];
  await page.bringToFront();
  try {
    if (DO[name]) {
      const start = performance.now();
      await DO[name](page, value);
      await idle(page);
      seen.times.push(Math.round(performance.now() - start));
      seen.actions += 1;
    } else await ASIDE[name](page, value);
  } catch (error) {
    if (folder) await page.screenshot({ path: `${folder}/failed.png` });
    throw new Error(`step ${JSON.stringify([name, value])}: ${error}`);
  }
}
await browser.close();
console.log(JSON.stringify(seen));
