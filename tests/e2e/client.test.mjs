// The whole life of a runbook through the published client.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { RunbookRepository, RunbookRunRepository } from "@octopusdeploy/api-client";
import { connect, linesOf, makeProject, makeRunbook, repositoriesOf, scriptStep, spaceName, unique } from "./world.mjs";

let client, of, project, development, staging, runs;

before(async () => {
    client = await connect();
    of = repositoriesOf(client);
    development = await of.environments.create({ Name: unique("Development") });
    staging = await of.environments.create({ Name: unique("Staging") });
    project = await makeProject(of);
    runs = new RunbookRunRepository(client, spaceName);
});

after(async () => {
    await of.projects.del(project).catch((error) => assert.equal(error.StatusCode, 404)); // the last test has deleted it
    for (const environment of [development, staging]) await of.environments.del(environment);
});

const command = (runbook, environments, more = {}) => ({
    spaceName,
    ProjectName: project.Name,
    RunbookName: runbook.Name,
    EnvironmentNames: environments.map((environment) => environment.Name),
    ...more,
});

async function start(runbook, environments, more) {
    const { RunbookRunServerTasks } = await runs.create(command(runbook, environments, more));
    return RunbookRunServerTasks;
}

async function until(what, question, seconds = 30) {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await new Promise((go) => setTimeout(go, 50)))
        if (await question()) return;
    assert.fail(`waited ${seconds} s for ${what}`);
}

const processesWith = (argument) =>
    readdirSync("/proc").filter((id) => {
        try {
            return /^\d+$/.test(id) && readFileSync(`/proc/${id}/cmdline`, "latin1").split("\0").includes(argument);
        } catch {
            return false; // it has just ended
        }
    });

test("the server says who it is, and the space is found by its name", async () => {
    const information = await client.getServerInformation();
    assert.match(information.version, /^\d+\.\d+\.\d+$/);
    assert.match(information.installationId, /^[0-9a-f-]{36}$/i);
    const found = (await of.spaces.list({ partialName: spaceName, skip: 0, take: 2147483647 })).Items;
    assert.deepEqual(found.map((space) => [space.Name, space.IsDefault]), [[spaceName, true]]);
});

test("what was created is found again, alone and in lists", async () => {
    assert.equal((await of.projects.get(project.Id)).Name, project.Name);
    assert.deepEqual((await of.projects.list({ partialName: project.Name })).Items.map((one) => one.Id), [project.Id]);
    assert.deepEqual((await of.environments.list({ ids: [development.Id, staging.Id] })).Items.length, 2);
    assert.equal((await of.environments.getEnvironmentByName(staging.Name))?.Id, staging.Id);
    assert.ok((await of.projectGroups.list()).Items.some((group) => group.Id === project.ProjectGroupId));
});

test("a deployment process keeps its steps", async () => {
    const process = await of.deploymentProcesses.get(project);
    assert.equal(process.Id, `deploymentprocess-${project.Id}`);
    process.Steps = [scriptStep("Say", "echo hello")];
    const stored = await of.deploymentProcesses.update(project, process);
    assert.equal(stored.Version, process.Version + 1);
    const read = await of.deploymentProcesses.get(project);
    assert.equal(read.Steps[0].Actions[0].Properties["Octopus.Action.Script.ScriptBody"], "echo hello");
});

test("somebody else's change to a process is not overwritten", async () => {
    const process = await of.deploymentProcesses.get(project);
    await of.deploymentProcesses.update(project, process);
    await assert.rejects(of.deploymentProcesses.update(project, process), (error) => error.StatusCode === 409 || error.StatusCode === 400);
});

test("a runbook is edited, frozen, published and run in two environments", async () => {
    const { runbook, snapshot } = await makeRunbook(client, project, unique("Greet"), [
        scriptStep("Say", 'echo "hello #{Octopus.Environment.Name}"\nset_octopusvariable Answer 42\nwrite_warning careful\necho oops >&2'),
        scriptStep("Read", 'print("answer", get_octopusvariable("Octopus.Action[Say].Output.Answer"))', "Python"),
    ]);
    assert.ok(!Number.isNaN(Date.parse(snapshot.Assembled)));
    const published = await new RunbookRepository(client, spaceName, project).get(runbook.Id);
    assert.equal(published.PublishedRunbookSnapshotId, snapshot.Id);

    const started = await start(runbook, [development, staging]);
    assert.equal(started.length, 2);
    const tasks = await of.waiter.waitForServerTasksToComplete(started.map((one) => one.ServerTaskId), 100, 60_000);
    assert.deepEqual(tasks.map((task) => task.State), ["Success", "Success"]);
    assert.ok(tasks.every((task) => task.IsCompleted && task.FinishedSuccessfully && task.HasWarningsOrErrors));

    for (const [index, environment] of [development, staging].entries()) {
        const run = await runs.get(started[index].RunbookRunId);
        assert.equal(run.TaskId, started[index].ServerTaskId);
        assert.equal(run.EnvironmentId, environment.Id);
        const raw = await of.tasks.getRaw(run.TaskId);
        assert.ok(linesOf(raw, "Info").includes(`hello ${environment.Name}`), raw);
        assert.ok(linesOf(raw, "Info").includes("answer 42"), raw);
        assert.ok(linesOf(raw, "Warning").includes("careful"), raw);
        assert.ok(linesOf(raw, "Error").includes("oops"), raw);
    }
    assert.equal((await runs.list({ runbooks: [runbook.Id] })).TotalResults, 2);
});

test("the details of a task are a tree: task, steps, where each ran", async () => {
    const { runbook } = await makeRunbook(client, project, unique("Tree"), [scriptStep("First", "echo one"), scriptStep("Second", "echo two")]);
    const [{ ServerTaskId }] = await start(runbook, [development]);
    await of.waiter.waitForServerTaskToComplete(ServerTaskId, 100, 60_000);
    const details = await of.tasks.getDetails(ServerTaskId);
    assert.equal(details.Task.Id, ServerTaskId);
    assert.equal(details.ActivityLogs.length, 1);
    const steps = details.ActivityLogs[0].Children;
    assert.deepEqual(steps.map((step) => [step.Name, step.Status]), [["Step 1: First", "Success"], ["Step 2: Second", "Success"]]);
    const said = steps.map((step) => step.Children.flatMap((place) => place.LogElements.map((line) => line.MessageText)));
    assert.ok(said[0].includes("one") && said[1].includes("two"), JSON.stringify(said));
    assert.equal(details.Progress.ProgressPercentage, 100);
});

test("a failing script fails its task and says why", async () => {
    const { runbook } = await makeRunbook(client, project, unique("Fail"), [scriptStep("Break", "echo about to break; exit 3"), scriptStep("Never", "echo never")]);
    const [{ ServerTaskId }] = await start(runbook, [development]);
    const task = await of.waiter.waitForServerTaskToComplete(ServerTaskId, 100, 60_000);
    assert.equal(task.State, "Failed");
    assert.equal(task.FinishedSuccessfully, false);
    assert.match(task.ErrorMessage, /3/);
    assert.ok(!linesOf(await of.tasks.getRaw(ServerTaskId), "Info").includes("never"));
});

test("a prompted value reaches the script, and only with the run it was given to", async () => {
    const id = `variableset-${project.Id}`;
    const set = await client.request(`~/api/{spaceId}/variables/${id}`, { spaceName });
    set.Variables.push({ Name: "Greeting", Value: "hello", Scope: {}, Prompt: { Label: "Greeting", Required: false } });
    await client.doUpdate(`~/api/{spaceId}/variables/${id}`, set, { spaceName });
    const { runbook } = await makeRunbook(client, project, unique("Prompt"), [scriptStep("Say", 'echo "$(get_octopusvariable Greeting), world"')]);
    const first = await start(runbook, [development], { Variables: { Greeting: "good morning" } });
    const second = await start(runbook, [development]);
    const ids = [...first, ...second].map((one) => one.ServerTaskId);
    await of.waiter.waitForServerTasksToComplete(ids, 100, 60_000);
    assert.ok(linesOf(await of.tasks.getRaw(ids[0]), "Info").includes("good morning, world"));
    assert.ok(linesOf(await of.tasks.getRaw(ids[1]), "Info").includes("hello, world"));
});

test("a long run is canceled, and nothing of it lives on", async () => {
    const mark = `600.${randomInt(1e9)}`; // seconds that no other process sleeps
    const { runbook } = await makeRunbook(client, project, unique("Long"), [scriptStep("Sleep", `sleep ${mark} & echo begin; sleep ${mark}; echo end`)]);
    const [{ ServerTaskId }] = await start(runbook, [development]);
    await until("its first line", async () => linesOf(await of.tasks.getRaw(ServerTaskId), "Info").includes("begin"));
    assert.equal((await of.tasks.getById(ServerTaskId)).State, "Executing");
    await until("both to sleep", () => processesWith(mark).length === 2);
    await of.anyTask.cancel(ServerTaskId);
    const task = await of.waiter.waitForServerTaskToComplete(ServerTaskId, 100, 60_000);
    assert.equal(task.State, "Canceled");
    assert.equal(task.FinishedSuccessfully, false);
    assert.ok(!linesOf(await of.tasks.getRaw(ServerTaskId), "Info").includes("end"));
    assert.deepEqual(processesWith(mark), []);
});

test("the waiter cancels what takes too long when it is told to", async () => {
    const { runbook } = await makeRunbook(client, project, unique("Too long"), [scriptStep("Sleep", "sleep 600")]);
    const [{ ServerTaskId }] = await start(runbook, [development]);
    await assert.rejects(of.waiter.waitForServerTaskToComplete(ServerTaskId, 100, 500, undefined, true));
    await until("the end", async () => (await of.tasks.getById(ServerTaskId)).State === "Canceled");
});

test("values are scoped, and a prompt is answered or refused", async () => {
    const path = `~/api/{spaceId}/variables/variableset-${project.Id}`;
    const set = await client.request(path, { spaceName });
    set.Variables = [
        { Id: "", Name: "Host", Value: "anywhere", Type: "String", IsSensitive: false, Scope: {} },
        { Id: "", Name: "Host", Value: "staging", Type: "String", IsSensitive: false, Scope: { Environment: [staging.Id] } },
        { Id: "", Name: "Size", Value: "small", Type: "String", IsSensitive: false, Scope: {}, Prompt: { Label: "How large?", Required: true,
            DisplaySettings: { "Octopus.ControlType": "Select", "Octopus.SelectOptions": "small|Small\nlarge|Large" } } },
    ];
    await client.doUpdate(path, { spaceName, ...set });
    const say = 'echo "$(get_octopusvariable Host) is $(get_octopusvariable Size)"';
    const { runbook } = await makeRunbook(client, project, unique("Scoped"), [scriptStep("Say", say)]);
    const started = await start(runbook, [development, staging], { Variables: { size: "large" } });
    const said = [];
    for (const { ServerTaskId } of started) {
        assert.equal((await of.waiter.waitForServerTaskToComplete(ServerTaskId, 100, 60_000)).State, "Success");
        said.push(...linesOf(await of.tasks.getRaw(ServerTaskId), "Info").filter((line) => / is /.test(line)));
    }
    assert.deepEqual(said, ["anywhere is large", "staging is large"]);
    await assert.rejects(start(runbook, [development], { Variables: { Size: "Large", Colour: "red" } }), (error) => {
        assert.equal(error.StatusCode, 400);
        assert.match(error.message, /Variables\.Size: How large\?: 'Large' is not one of the options: small, large/);
        assert.match(error.message, /Variables\.Colour: is not a prompt of this run/);
        return true;
    });
    await client.doUpdate(path, { spaceName, ...(await client.request(path, { spaceName })), Variables: [] });
});

test("a runbook without a published snapshot is refused in words", async () => {
    const { runbook } = await makeRunbook(client, project, unique("Unpublished"), [scriptStep("Say", "echo hi")], { publish: false });
    await assert.rejects(start(runbook, [development]), (error) => {
        assert.equal(error.StatusCode, 400);
        // The client joins ErrorMessage and Errors into one text. A missing member appears as "undefined".
        assert.match(error.message, /^There was a problem with your request\.\nThe runbook '.*' has no published snapshot/);
        assert.doesNotMatch(error.message, /undefined/);
        return true;
    });
});

test("the snapshot of a run can be named", async () => {
    const { runbook, snapshot } = await makeRunbook(client, project, unique("By name"), [scriptStep("Say", "echo hi")], { publish: false });
    const [{ ServerTaskId, RunbookRunId }] = await start(runbook, [development], { Snapshot: snapshot.Name });
    assert.equal((await of.waiter.waitForServerTaskToComplete(ServerTaskId, 100, 60_000)).State, "Success");
    assert.equal((await runs.get(RunbookRunId)).RunbookSnapshotId, snapshot.Id);
});

test("what is unknown is named in the refusal", async () => {
    await assert.rejects(start({ Name: "No such runbook" }, [development]), (error) => error.StatusCode === 400 && /No such runbook/.test(error.message));
    await assert.rejects(of.projects.get("Projects-999999"), (error) => error.StatusCode === 404 && /^The resource 'Projects-999999' was not found[^\n]*$/.test(error.message));
});

test("a wrong key is refused", async () => {
    const useIt = async () => repositoriesOf(await connect("API-WRONGWRONGWRONGWRONG")).projects.list();
    await assert.rejects(useIt(), (error) => error.StatusCode === 401 && /API key/.test(error.message));
});

test("a deleted project is gone with its runbooks", async () => {
    const { runbook } = await makeRunbook(client, project, unique("Doomed"), [scriptStep("Say", "echo hi")]);
    await of.projects.del(project);
    await assert.rejects(of.projects.get(project.Id), (error) => error.StatusCode === 404);
    await assert.rejects(client.request(`~/api/{spaceId}/runbooks/${runbook.Id}`, { spaceName }), (error) => error.StatusCode === 404);
});
