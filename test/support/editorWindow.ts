// One window of VS Code as a user sees it: palette, files, squiggles, fixes, trees, terminals, messages.
import type { Locator, Page } from "playwright-core";

/** As long as Playwright waits for what it is asked to wait for. */
const PATIENCE_MS = 30_000;

export class EditorWindow {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Resolves when the workbench is there and knows what the extension contributes. */
  async ready(): Promise<void> {
    await this.page.locator(".monaco-workbench .part.statusbar").waitFor();
    await this.#activityIcon().waitFor();
  }

  #activityIcon(): Locator {
    return this.page.locator('.activitybar .action-item:has(.action-label[aria-label^="Nomad QEMU"])');
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  async close(): Promise<void> {
    await this.page.close();
  }

  async screenshot(file: string): Promise<void> {
    await this.page.screenshot({ path: file });
  }

  // --- palette and files ---

  /** Runs a command by its title as the palette shows it, such as "Nomad QEMU: Stop". */
  async command(title: string): Promise<void> {
    await this.#choose("F1", title);
  }

  /** Titles that the palette offers for a text. */
  async palette(text: string): Promise<string[]> {
    await this.#quickInput("F1", text);
    await this.page.locator(".quick-input-list .monaco-list-row").first().waitFor();
    const labels = await this.page.locator(".quick-input-list .monaco-list-row .label-name").allInnerTexts();
    await this.page.keyboard.press("Escape");
    return labels;
  }

  async openFile(name: string): Promise<void> {
    await this.#choose("Control+p", name);
    await this.page.locator(`.tab[aria-label^="${name}"]`).first().waitFor();
    await this.page.locator(".editor-instance .view-lines").first().waitFor();
  }

  /** Puts the cursor at a line and column, both from 1. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.#quickInput("Control+g", `${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await this.quickInput().waitFor({ state: "hidden" });
  }

  /** Replaces the whole text of the active editor and saves it. */
  async replaceText(text: string): Promise<void> {
    await this.page.locator(".editor-instance .view-lines").first().click();
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.insertText(text);
    await this.save();
  }

  async save(): Promise<void> {
    await this.page.keyboard.press("Control+s");
    await this.page.locator(".tab.active.dirty").waitFor({ state: "detached" });
  }

  quickInput(): Locator {
    return this.page.locator(".quick-input-widget");
  }

  /** Chooses a row of the quick pick that is open. */
  async pick(label: string): Promise<void> {
    await this.#quickRow(label).first().click();
  }

  /** Types a value into the input box that is open and confirms it. */
  async answer(title: string | RegExp, value: string): Promise<void> {
    await this.quickInput().getByText(title).first().waitFor();
    await this.page.keyboard.type(value);
    await this.page.keyboard.press("Enter");
  }

  /** Types what the question does not take, waits until it says why, and takes it back. */
  async answerRefused(title: string | RegExp, value: string, why: string): Promise<void> {
    await this.answer(title, value);
    await this.quickInput().getByText(why).waitFor();
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.press("Delete");
  }

  async #quickInput(key: string, text: string): Promise<void> {
    await this.page.keyboard.press(key);
    const input = this.quickInput().locator("input").first();
    await input.waitFor();
    // The prefix of the palette (">") is already there.
    await this.page.keyboard.type(text);
  }

  /** Takes what the quick input offers; asks again where it was asked before it knew (a new file, a command just added). */
  async #choose(key: string, text: string): Promise<void> {
    await this.#until(`${text} on offer`, async () => {
      await this.#quickInput(key, text);
      const row = this.#quickRow(text).first();
      const taken = await row.click({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
      if (!taken) await this.page.keyboard.press("Escape");
      return taken;
    });
  }

  #quickRow(text: string): Locator {
    return this.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: text });
  }

  // --- the editor ---

  /** Squiggles of a severity in the active editor. */
  squiggles(severity: "error" | "warning" | "info" = "error"): Locator {
    return this.page.locator(`.editor-instance .squiggly-${severity}`);
  }

  /** Messages of the Problems view. */
  async problems(): Promise<Locator> {
    if (!(await this.page.locator(".markers-panel").isVisible())) {
      await this.command("View: Focus Problems");
      await this.page.locator(".markers-panel").waitFor();
    }
    return this.page.locator(".markers-panel .monaco-list-row");
  }

  /** Opens the light bulb's menu where the cursor stands and takes a fix. */
  async quickFix(title: string | RegExp): Promise<void> {
    const fix = this.page.locator(".action-widget .monaco-list-row").filter({ hasText: title }).first();
    // The menu is made from the diagnostics of the moment: while they are on their way it has less in it.
    await this.#until(`the fix ${String(title)}`, async () => {
      if (!(await fix.isVisible())) {
        await this.page.keyboard.press("Escape");
        await this.page.keyboard.press("Control+.");
        await fix.waitFor({ timeout: 2000 }).catch(() => undefined);
      }
      return fix.isVisible();
    });
    await fix.click();
  }

  /** Presses a lens. VS Code gives up on lenses while the editor does not have the focus. */
  async pressCodeLens(title: string): Promise<void> {
    await this.page.keyboard.press("Control+1");
    await this.codeLens(title).first().click();
  }

  /** Resolves when the active editor shows the text. */
  async editorShows(text: string): Promise<void> {
    const lines = this.page.locator(".editor-group-container.active .view-lines");
    await this.#until(`${text} in the editor`, async () =>
      (await lines.first().innerText()).replaceAll("\u00a0", " ").includes(text),
    );
  }

  /** Lenses above the tasks, by their title without the icon. */
  codeLens(title: string): Locator {
    return this.page.locator(".codelens-decoration a").filter({ hasText: title });
  }

  /** Opens the context menu of a row and takes an entry. */
  async contextMenu(row: Locator, title: string): Promise<void> {
    await row.click({ button: "right" });
    const entry = this.page.locator(".monaco-menu .action-item").getByText(title, { exact: true });
    await entry.waitFor();
    // A menu that has just opened takes no click.
    await this.#until(`the menu takes ${title}`, async () => {
      await entry.click({ timeout: 1000 }).catch(() => undefined);
      return !(await entry.isVisible());
    });
  }

  // --- messages ---

  /** The modal message that is open. */
  dialog(): Locator {
    return this.page.locator(".monaco-dialog-box");
  }

  async answerDialog(button: string): Promise<void> {
    await this.dialog().getByRole("button", { name: button, exact: true }).click();
    await this.dialog().waitFor({ state: "hidden" });
  }

  /** A notification that contains the text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator(".notification-toast").filter({ hasText: text });
  }

  // --- views ---

  async openTree(): Promise<void> {
    const title = this.page.locator(".sidebar .title-label").filter({ hasText: /nomad qemu/i });
    const shown = (): Promise<boolean> =>
      title.waitFor({ timeout: 2000 }).then(
        () => true,
        () => false,
      );
    // A click on the icon of a view that is open closes it, and after a reload VS Code opens it by itself, a little later.
    await this.#until("the tree", async () => {
      if (await shown()) return true;
      await this.#activityIcon().click();
      return shown();
    });
  }

  /** Rows of the tree of virtual machines that contain the text. */
  treeRow(text: string | RegExp): Locator {
    return this.page.locator(".sidebar .customview-tree .monaco-list-row").filter({ hasText: text });
  }

  /** Presses one of a row's inline buttons. */
  async treeAction(row: Locator, title: string): Promise<void> {
    await row.hover();
    await row.getByRole("button", { name: title }).click();
  }

  welcome(): Locator {
    return this.page.locator(".sidebar .welcome-view-content");
  }

  statusBar(text: string | RegExp): Locator {
    return this.page.locator(".part.statusbar .statusbar-item").filter({ hasText: text });
  }

  // --- terminals ---

  /** The text of the terminal in front. */
  async terminalText(): Promise<string> {
    const rows = await this.page.locator(".terminal-wrapper.active .xterm-rows > div").allInnerTexts();
    return rows.map((row) => row.replaceAll("\u00a0", " ").trimEnd()).join("\n");
  }

  /** Resolves when the terminal in front shows the text. */
  async terminalShows(text: string | RegExp): Promise<void> {
    await this.#until(`${String(text)} in the terminal`, async () => {
      const shown = await this.terminalText();
      return typeof text === "string" ? shown.includes(text) : text.test(shown);
    });
  }

  /** Resolves when the terminal in front, if any, does not show the text. */
  async terminalLacks(text: string): Promise<void> {
    await this.#until(`a terminal without ${text}`, async () => !(await this.terminalText()).includes(text));
  }

  /** Sends a text, control characters too, past VS Code's key bindings. */
  async typeInTerminal(text: string): Promise<void> {
    await this.page.locator(".terminal-wrapper.active .xterm-helper-textarea").focus();
    await this.page.keyboard.insertText(text);
  }

  /** Hides the panel with its terminals: one that is open when a window starts would be filled with a shell. */
  async hidePanel(): Promise<void> {
    await this.command("View: Hide Panel");
    await this.page.locator(".part.panel").waitFor({ state: "hidden" });
  }

  async pressInTerminal(key: string): Promise<void> {
    await this.page.locator(".terminal-wrapper.active .xterm-helper-textarea").press(key);
  }

  /** Looks again whenever the page has drawn something, until the condition holds. */
  async #until(what: string, condition: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!(await condition())) {
      if (performance.now() > end) throw new Error(`Not seen within ${PATIENCE_MS / 1000} s: ${what}`);
      await this.page.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 50)))");
    }
  }
}
