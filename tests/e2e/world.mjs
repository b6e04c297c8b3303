// The shared setup of all tests: the server that run.sh started, the published client, and small scripts to run.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import {
    Client,
    DeploymentProcessRepository,
    EnvironmentRepository,
    LifecycleRepository,
    ProjectGroupRepository,
    ProjectRepository,
    RunbookProcessRepository,
    RunbookRepository,
    RunbookSnapshotRepository,
    ServerTaskRepository,
    ServerTaskWaiter,
    SpaceRepository,
    SpaceServerTaskRepository,
} from "@octopusdeploy/api-client";

export const address = process.env.STEPWELL_URL;
export const apiKey = process.env.STEPWELL_API_KEY;
export const spaceName = "Default";
assert.ok(address && apiKey, "run.sh says where the server is");

// Returns names that no other test uses.
export const unique = (name) => `${name} ${randomBytes(4).toString("hex")}`;

export const connect = (key = apiKey) => Client.create({ userAgentApp: "stepwell-e2e", instanceURL: address, apiKey: key });

export function repositoriesOf(client) {
    return {
        spaces: new SpaceRepository(client),
        projectGroups: new ProjectGroupRepository(client, spaceName),
        environments: new EnvironmentRepository(client, spaceName),
        lifecycles: new LifecycleRepository(client, spaceName),
        projects: new ProjectRepository(client, spaceName),
        deploymentProcesses: new DeploymentProcessRepository(client, spaceName),
        tasks: new SpaceServerTaskRepository(client, spaceName),
        anyTask: new ServerTaskRepository(client),
        waiter: new ServerTaskWaiter(client, spaceName),
    };
}

export async function makeProject(of, name = unique("Project")) {
    const group = await of.projectGroups.create({ Name: unique("Group") });
    const [lifecycle] = (await of.lifecycles.list({ take: 1 })).Items;
    return of.projects.create({ Name: name, ProjectGroupId: group.Id, LifecycleId: lifecycle.Id });
}

export const scriptStep = (name, body, syntax = "Bash") => ({
    Name: name,
    Actions: [
        {
            Name: name,
            ActionType: "Octopus.Script",
            Properties: {
                "Octopus.Action.RunOnServer": "true",
                "Octopus.Action.Script.ScriptSource": "Inline",
                "Octopus.Action.Script.Syntax": syntax,
                "Octopus.Action.Script.ScriptBody": body,
            },
        },
    ],
});

export async function makeRunbook(client, project, name, steps, { publish = true } = {}) {
    const runbook = await new RunbookRepository(client, spaceName, project).create({ Name: name });
    const processes = new RunbookProcessRepository(client, spaceName, project);
    const process = await processes.get(runbook);
    process.Steps = steps;
    await processes.update(process);
    const snapshot = await new RunbookSnapshotRepository(client, spaceName, project).create(runbook, unique("Snapshot"), publish);
    return { runbook, snapshot };
}

// Returns the lines of a raw log with this category.
export const linesOf = (raw, category) =>
    raw
        .split(/\r?\n/)
        .map((line) => line.match(/^.*?\d\d:\d\d:\d\d\s+(\w+)\s+\|\s?(.*)$/))
        .filter((match) => match && match[1] === category)
        .map((match) => match[2].trim());
