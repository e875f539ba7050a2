// The services of a group and of its tasks together. Source: Nomad nomad/structs/structs.go, TaskGroup.validateServices.
import { indexed, text } from "../fields.ts";
import { quote } from "../goText.ts";
import type { JobPath } from "../origin.ts";
import type { PreparedGroup, Reporter } from "./context.ts";
import { checkService } from "./services.ts";

export function checkGroupServices(prepared: PreparedGroup, error: Reporter): void {
  const { group, path, tasks } = prepared;
  const ids = new Map<string, JobPath>();
  const duplicates = new Map<string, JobPath>();
  const providers = new Set<string>();
  const note = (owner: string, name: string, port: string, provider: string, place: JobPath): void => {
    const id = `${owner}->${name}${port === "" ? "" : `:${port}`}`;
    if (ids.has(id)) duplicates.set(id, place);
    else ids.set(id, place);
    providers.add(provider);
  };
  for (const { task, name: taskName, path: taskPath } of tasks) {
    for (const [index, service] of indexed(task, "Services")) {
      const place: JobPath = [...taskPath, "Services", index];
      const name = text(service, "Name");
      const owner = text(service, "TaskName");
      if (owner !== "" && owner !== taskName) {
        const words = `Service ${name} is invalid: may only specify task the service belongs to, got ${quote(owner)}`;
        error("service/task-foreign", [...place, "TaskName"], words);
      }
      for (const [checkIndex, check] of indexed(service, "Checks")) {
        // The API takes the task of a check over for the services of groups only: here it is the service's own.
        const checkTask = owner === "" ? taskName : owner;
        if (checkTask === taskName) continue;
        const words = `Check ${text(check, "Name")} is invalid: may only specify task the check belongs to, got ${quote(checkTask)}`;
        error("check/task-foreign", [...place, "Checks", checkIndex], words);
      }
      note(taskName, name, text(service, "PortLabel"), text(service, "Provider"), place);
    }
  }
  for (const [index, service] of indexed(group, "Services")) {
    const place: JobPath = [...path, "Services", index];
    note("group", text(service, "Name"), text(service, "PortLabel"), text(service, "Provider"), place);
    if (checkService(service, place, error)) checkGroupOnly(prepared, service, place, error);
  }
  const firstDuplicate = [...duplicates.values()][0];
  if (firstDuplicate !== undefined) {
    error("service/duplicate", firstDuplicate, `Services are not unique: [${[...duplicates.keys()].join(" ")}]`);
  }
  if (providers.size > 1) {
    const words = "Multiple service providers used: task group services must use the same provider";
    error("service/providers-mixed", [...path, "Services"], words);
  }
}

type Service = Parameters<typeof checkService>[0];

function checkGroupOnly({ tasks }: PreparedGroup, service: Service, path: JobPath, error: Reporter): void {
  const name = text(service, "Name");
  if (text(service, "AddressMode") === "driver") {
    const words = `service ${quote(name)} cannot use address_mode="driver", only services defined in a "task" block can use this mode`;
    error("service/driver-mode-in-group", [...path, "AddressMode"], words);
  }
  for (const [index, check] of indexed(service, "Checks")) {
    const place: JobPath = [...path, "Checks", index];
    const taskName = text(check, "TaskName");
    if (taskName === "") continue;
    if (text(check, "AddressMode") === "driver") {
      const words = `Check ${quote(name)} invalid: cannot use address_mode="driver", only checks defined in a "task" service block can use this mode`;
      error("check/driver-mode-in-group", [...place, "AddressMode"], words);
    }
    if (!tasks.some((task) => task.name === taskName)) {
      error(
        "check/task-unknown",
        [...place, "TaskName"],
        `Check ${text(check, "Name")} invalid: refers to non-existent task ${taskName}`,
      );
    }
  }
}

/** Script checks of a group's service must say in which task they run. */
export function checkScriptTasks({ group, name, path }: PreparedGroup, error: Reporter): void {
  for (const [index, service] of indexed(group, "Services")) {
    if (text(service, "TaskName") !== "") continue;
    for (const [checkIndex, check] of indexed(service, "Checks")) {
      if (text(check, "Type") !== "script" || text(check, "TaskName") !== "") continue;
      const words = `Service [${name}]->${text(service, "Name")} or Check ${text(check, "Name")} must specify task parameter`;
      error("check/task-missing", [...path, "Services", index, "Checks", checkIndex], words);
    }
  }
}
