// The tree of virtual machines: allocations, and below each its tasks and ports. Rows have stable ids, only a row that looks
// different is drawn again, and a hidden view does nothing at all.
import * as vscode from "vscode";
import type { AllocationSummary } from "../client/status.ts";
import type { AllocationStore } from "./allocationStore.ts";
import { DisposableStore, type Disposable } from "./disposables.ts";
import { VIEW_ID } from "./names.ts";
import { allocationRow, isAlive, portRow, runningText, taskRow, type Row } from "./rows.ts";
import { allocationTooltip, portTooltip, taskTooltip } from "./tooltips.ts";
import { coarseDuration } from "./uptime.ts";

/** A row; commands get it as their argument. */
export type Node =
  | { readonly kind: "allocation"; readonly id: string }
  | { readonly kind: "task"; readonly id: string; readonly task: string }
  | { readonly kind: "port"; readonly id: string; readonly label: string };

export interface VmTree extends Disposable {
  readonly visible: () => boolean;
  readonly onDidBecomeVisible: vscode.Event<void>;
  /** Selects an allocation's row and opens it. */
  reveal(id: string): Promise<void>;
  focus(): Promise<void>;
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "kind" in value && "id" in value;
}

export function createVmTree(store: AllocationStore): VmTree {
  const held = new DisposableStore();
  const nodes = new Map<string, Node>();
  const drawn = new Map<string, string>();
  const changed = held.add(new vscode.EventEmitter<Node | undefined>());
  const appeared = held.add(new vscode.EventEmitter<void>());
  let stale = false;
  let clock: NodeJS.Timeout | undefined;

  const provider: vscode.TreeDataProvider<Node> = {
    onDidChangeTreeData: changed.event,
    getChildren: (node) => {
      if (node === undefined) {
        forgetGone();
        return store.all().map(({ id }) => keep({ kind: "allocation", id }));
      }
      const allocation = node.kind === "allocation" ? store.get(node.id) : undefined;
      return allocation === undefined ? [] : childrenOf(allocation).map(keep);
    },
    getParent: (node) => (node.kind === "allocation" ? undefined : keep({ kind: "allocation", id: node.id })),
    getTreeItem: (node) => {
      const row = rowOf(node);
      const allocation = store.get(node.id);
      if (row === undefined || allocation === undefined) return new vscode.TreeItem("");
      drawn.set(keyOf(node), JSON.stringify(row));
      scheduleClock();
      return treeItem(node, row, allocation);
    },
    resolveTreeItem: (item, node) => {
      const text = tooltipOf(node);
      if (text !== undefined) item.tooltip = new vscode.MarkdownString(text);
      return item;
    },
  };

  const rowOf = (node: Node): Row | undefined => {
    const allocation = store.get(node.id);
    if (allocation === undefined) return undefined;
    switch (node.kind) {
      case "allocation":
        return allocationRow(allocation);
      case "task": {
        const task = allocation.tasks.find(({ name }) => name === node.task);
        return task === undefined ? undefined : taskRow(task, allocation, Date.now());
      }
      case "port": {
        const port = allocation.ports.find(({ label }) => label === node.label);
        return port === undefined ? undefined : portRow(port);
      }
    }
  };

  const tooltipOf = (node: Node): string | undefined => {
    const allocation = store.get(node.id);
    if (allocation === undefined) return undefined;
    switch (node.kind) {
      case "allocation":
        return allocationTooltip(allocation);
      case "task": {
        const task = allocation.tasks.find(({ name }) => name === node.task);
        return task === undefined ? undefined : taskTooltip(task);
      }
      case "port": {
        const port = allocation.ports.find(({ label }) => label === node.label);
        return port === undefined ? undefined : portTooltip(port);
      }
    }
  };

  /** The one object for a row: VS Code finds rows again by identity. */
  const keep = (node: Node): Node => {
    const key = keyOf(node);
    const known = nodes.get(key) ?? node;
    nodes.set(key, known);
    return known;
  };

  const forgetGone = (): void => {
    for (const [key, node] of nodes) {
      if (store.get(node.id) !== undefined) continue;
      nodes.delete(key);
      drawn.delete(key);
    }
  };

  const looksDifferent = (node: Node): boolean => {
    const before = drawn.get(keyOf(node));
    const row = rowOf(node);
    return before !== undefined && row !== undefined && before !== JSON.stringify(row);
  };

  const drawAgain = (id: string | undefined): void => {
    const allocation = id === undefined ? undefined : store.get(id);
    const root = allocation === undefined ? undefined : nodes.get(keyOf({ kind: "allocation", id: allocation.id }));
    // Which rows there are, or their order, may have changed.
    if (allocation === undefined || root === undefined || shownOrder.join() !== orderOf(store).join()) {
      shownOrder = orderOf(store);
      changed.fire(undefined);
      return;
    }
    const children = childrenOf(allocation);
    if (looksDifferent(root) || children.some((child) => !nodes.has(keyOf(child)))) changed.fire(root);
    else for (const child of children) if (looksDifferent(child)) changed.fire(keep(child));
  };
  let shownOrder: readonly string[] = [];

  /** Uptimes are coarse: the rows are looked at again when the first of them would read differently. */
  const scheduleClock = (): void => {
    clearTimeout(clock);
    if (!view.visible) return;
    const now = Date.now();
    const started = store.alive().flatMap(({ tasks }) => tasks.map((task) => task.startedAt));
    const soonest = Math.min(
      ...started.filter((at) => at !== undefined).map((at) => coarseDuration(now - at).changesInMs),
    );
    if (!Number.isFinite(soonest)) return;
    clock = setTimeout(() => {
      for (const { id } of store.alive()) drawAgain(id);
      scheduleClock();
    }, soonest + 1);
  };

  const view = held.add(
    vscode.window.createTreeView(VIEW_ID, { treeDataProvider: provider, showCollapseAll: false, canSelectMany: false }),
  );
  const showBadge = (): void => {
    const value = store.alive().reduce((sum, { tasks }) => sum + tasks.filter(isRunning).length, 0);
    if ((view.badge?.value ?? 0) !== value)
      view.badge = value === 0 ? undefined : { value, tooltip: runningText(value) };
  };
  held.add(
    store.onDidChange(({ id }) => {
      showBadge();
      if (view.visible) drawAgain(id);
      else stale = true;
    }),
  );
  held.add(
    view.onDidChangeVisibility(({ visible }) => {
      clearTimeout(clock);
      if (!visible) return;
      if (stale) drawAgain(undefined);
      stale = false;
      scheduleClock();
      appeared.fire();
    }),
  );

  return {
    visible: () => view.visible,
    onDidBecomeVisible: appeared.event,
    reveal: async (id) => {
      if (store.get(id) !== undefined)
        await view.reveal(keep({ kind: "allocation", id }), { select: true, focus: false, expand: true });
    },
    focus: async () => {
      await vscode.commands.executeCommand(`${VIEW_ID}.focus`);
    },
    dispose: () => {
      clearTimeout(clock);
      held.dispose();
    },
  };
}

function isRunning(task: { readonly state: string }): boolean {
  return task.state === "running";
}

function orderOf(store: AllocationStore): string[] {
  return store.all().map(({ id }) => id);
}

/** The ports of what has ended lead nowhere, or by now to somebody else. */
function childrenOf(allocation: AllocationSummary): Node[] {
  const { id, tasks } = allocation;
  const ports = isAlive(allocation) ? allocation.ports : [];
  return [
    ...tasks.map(({ name }): Node => ({ kind: "task", id, task: name })),
    ...ports.map(({ label }): Node => ({ kind: "port", id, label })),
  ];
}

function keyOf(node: Node): string {
  switch (node.kind) {
    case "allocation":
      return node.id;
    case "task":
      return `${node.id}/task/${node.task}`;
    case "port":
      return `${node.id}/port/${node.label}`;
  }
}

function treeItem(node: Node, row: Row, allocation: AllocationSummary): vscode.TreeItem {
  const { None, Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
  const open = isAlive(allocation) || allocation.status === "failed" ? Expanded : Collapsed;
  const item = new vscode.TreeItem(row.label, node.kind === "allocation" ? open : None);
  item.id = keyOf(node);
  item.description = row.description;
  const color = row.icon.color === undefined ? undefined : new vscode.ThemeColor(row.icon.color);
  item.iconPath = new vscode.ThemeIcon(row.icon.id, color);
  item.contextValue = row.contextValue;
  item.accessibilityInformation = { label: row.accessibleLabel };
  return item;
}
