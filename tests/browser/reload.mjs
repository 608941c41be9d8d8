// Open a served page, change a file, and tell its heading before and after: node reload.mjs CHROMIUM URL FILE OLD NEW
import { readFileSync, writeFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [executablePath, url, file, old, changed] = process.argv.slice(2);
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath, args });
const page = await browser.newPage();
const errors = [];
const elsewhere = [];
page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
page.on("request", (request) => { if (!request.url().startsWith(url)) elsewhere.push(request.url()); });
await page.goto(url);
const before = await page.locator("h1").first().innerText();
writeFileSync(file, readFileSync(file, "utf8").replace(old, changed));
await page.locator("h1", { hasText: changed }).waitFor({ timeout: 20000 });
const after = await page.locator("h1").first().innerText();
await browser.close();
console.log(JSON.stringify({ before, after, errors, elsewhere }));
