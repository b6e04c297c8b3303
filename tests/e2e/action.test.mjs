// The requests that the published GitHub action run-runbook-action and its own test send.
import assert from "node:assert/strict";
import { test } from "node:test";
import { address, apiKey, scriptStep, unique } from "./world.mjs";

const agent = "ts-octopusdeploy run-runbook-action";

async function send(method, path, body) {
    const response = await fetch(`${address}/api${path}`, {
        method,
        headers: { "X-Octopus-ApiKey": apiKey, "User-Agent": agent, Accept: "application/json, text/plain, */*", ...(body && { "Content-Type": "application/json" }) },
        body: body && JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, length: response.headers.get("content-length"), body: text ? JSON.parse(text) : undefined };
}

async function good(method, path, body) {
    const answer = await send(method, path, body);
    assert.ok(answer.status === 200 || answer.status === 201, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    assert.equal(answer.body?.Errors, undefined, `${method} ${path}: a success has no Errors`);
    return answer.body;
}

const get = (path) => good("GET", path);

async function makeWorld(S) {
    const group = (await get(`/${S}/projectgroups?take=1`)).Items[0];
    const names = [unique("Dev"), unique("Staging Demo")];
    const environments = [];
    for (const name of names) {
        assert.deepEqual((await get(`/${S}/environments?partialName=${encodeURIComponent(name)}`)).Items, []);
        environments.push(await good("POST", `/${S}/environments`, { Name: name }));
    }
    const lifecycle = (await get(`/${S}/lifecycles?take=1`)).Items[0];
    const before = structuredClone(lifecycle);
    lifecycle.Phases.push({
        Id: "test", Name: unique("Phase"), OptionalDeploymentTargets: environments.map((one) => one.Id),
        AutomaticDeploymentTargets: [], MinimumEnvironmentsBeforePromotion: 1, IsOptionalPhase: false,
    });
    const changed = await good("PUT", `/${S}/lifecycles/${lifecycle.Id}`, lifecycle);
    assert.deepEqual(changed.Phases.at(-1).OptionalDeploymentTargets, environments.map((one) => one.Id));
    const project = await good("POST", `/${S}/projects`, { Name: unique("Action"), LifecycleId: lifecycle.Id, ProjectGroupId: group.Id });
    return { environments, project, restore: async () => good("PUT", `/${S}/lifecycles/${lifecycle.Id}`, before) };
}

async function makeRunbook(S, project) {
    const unknown = scriptStep("Hello", "echo hello");
    unknown.Actions[0].ActionType = "Ocotpus.Script"; // spelled as the action's own test spells it
    const process = await get(`/${S}/projects/${project.Id}/deploymentprocesses`);
    process.Steps = [unknown];
    await good("PUT", `/${S}/projects/${project.Id}/deploymentprocesses`, process);
    const runbook = await good("POST", `/${S}/projects/${project.Id}/runbooks`, { Name: unique("Runbook") });
    const steps = await get(`/${S}/projects/${project.Id}/runbookProcesses/${runbook.RunbookProcessId}`);
    steps.Steps = [scriptStep("Hello", "echo hello from #{Octopus.Environment.Name}")];
    await good("PUT", `/${S}/projects/${project.Id}/runbookProcesses/${steps.Id}`, steps);
    await good("POST", `/${S}/projects/${project.Id}/runbookSnapshots?publish=true`, { ProjectId: project.Id, RunbookId: runbook.Id, Name: "1.0.0" });
    return runbook;
}

async function untilComplete(S, ids) {
    for (let tries = 0; tries < 300; ++tries) {
        const { Items } = await get(`/${S}/tasks?skip=0&take=300&ids=${ids.join("%2C")}`);
        assert.equal(Items.length, ids.length);
        if (Items.every((task) => task.IsCompleted)) return Items;
        await new Promise((go) => setTimeout(go, 100));
    }
    assert.fail("the tasks did not end");
}

test("the action's way through the API ends with its outputs", async () => {
    const root = await get("");
    assert.match(root.ApiVersion, /^3\.0\./);
    const { Id: S } = (await get("/spaces?partialName=Default&skip=0&take=2147483647")).Items.find((space) => space.Name === "Default");
    const { environments, project, restore } = await makeWorld(S);
    const runbook = await makeRunbook(S, project);

    const { RunbookRunServerTasks } = await good("POST", `/${S}/runbook-runs/create/v1`, {
        spaceId: S, spaceIdOrName: "Default", spaceName: "Default", ProjectName: project.Name, RunbookName: runbook.Name,
        EnvironmentNames: environments.map((one) => one.Name), Tenants: [], TenantTags: [], UseGuidedFailure: false, Variables: {},
    });
    const runs = (await get(`/${S}/runbookRuns?take=2&ids=${RunbookRunServerTasks.map((one) => one.RunbookRunId).join("%2C")}`)).Items;
    assert.deepEqual(new Set(runs.map((run) => run.TaskId)), new Set(RunbookRunServerTasks.map((one) => one.ServerTaskId)));
    assert.ok(runs.every((run) => !run.TenantId));
    const found = (await get(`/${S}/environments?take=2&ids=${runs.map((run) => run.EnvironmentId).join("%2C")}`)).Items;
    const outputs = runs.map((run) => ({ serverTaskId: run.TaskId, environmentName: found.find((one) => one.Id === run.EnvironmentId).Name }));
    assert.deepEqual(new Set(outputs.map((one) => one.environmentName)), new Set(environments.map((one) => one.Name)));

    const tasks = await untilComplete(S, outputs.map((one) => one.serverTaskId));
    assert.deepEqual(tasks.map((task) => task.State), ["Success", "Success"]);
    await good("DELETE", `/${S}/projects/${project.Id}`);
    await restore();
    for (const environment of environments) await good("DELETE", `/${S}/environments/${environment.Id}`);
});

test("a refusal is an envelope of known length", async () => {
    const refused = await send("POST", "/Spaces-1/runbook-runs/create/v1", { ProjectName: "No such project", RunbookName: "R", EnvironmentNames: ["Dev"] });
    assert.equal(refused.status, 400);
    assert.ok(Number(refused.length) > 0);
    assert.equal(typeof refused.body.ErrorMessage, "string");
    assert.ok(refused.body.Errors.some((text) => text.includes("No such project")), JSON.stringify(refused.body));
    const missing = await send("GET", "/Spaces-1/projects/Projects-999999");
    assert.equal(missing.status, 404);
    assert.deepEqual(Object.keys(missing.body), ["ErrorMessage"]);
});

test("all three prefixes and any case mean the same", async () => {
    const one = await get("/Spaces-1/environments?take=5");
    for (const path of ["/spaces/Spaces-1/environments?take=5", "/environments?Take=5", "/Spaces-1/Environments?TAKE=5", "//Spaces-1/environments/?take=5"])
        assert.deepEqual((await get(path)).Items, one.Items, path);
});
