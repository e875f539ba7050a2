// Draws the Marketplace's icon (PNG, 256 pixels) from our own SVG with the Chromium that the editor tests use.
// Run by hand when the SVG changes: `node scripts/icon.ts`; the PNG is committed.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { openBrowser } from "./editorHarness.ts";

const folder = path.join(path.dirname(import.meta.dirname), "assets/icons");
const svg = await readFile(path.join(folder, "icon.svg"), "utf8");
const browser = await openBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 256, height: 256 } });
  await page.setContent(`<style>body { margin: 0; background: transparent } svg { display: block }</style>${svg}`);
  await page.screenshot({ path: path.join(folder, "icon.png"), omitBackground: true });
} finally {
  await browser.close();
}
