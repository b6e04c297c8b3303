#!/usr/bin/env python3
"""Fills the demo's project through the API, as its owners would. What is there already is left as it is.

Usage: fill.py ADDRESS FOLDER KEEPER_PORT ENVIRONMENT=PORT...; the API key comes in STEPWELL_API_KEY, the keeper's
token in KEEPER_TOKEN.
"""
import json
import os
import pathlib
import sys
import urllib.error
import urllib.parse
import urllib.request

scripts = pathlib.Path(__file__).parent / "runbooks"

# name → what it says about itself, and its steps: name, script, condition
RUNBOOKS = {
    "Disk report": (
        "Shows how full the disks of this machine are, and **warns** above a limit that is stricter in Production.\n\n"
        "Changes nothing; run it whenever you like.",
        [("Report", "disk-report.sh", "Success")],
    ),
    "Back up and verify database": (
        "Copies the shop's database while it is in use, then *proves* the copy: integrity check, and as many purchases "
        "as the original.\n\n- keeps the newest `Backup.Keep` copies\n- reports at the end, whatever happened",
        [
            ("Back up", "back-up.sh", "Success"),
            ("Verify", "verify-backup.sh", "Success"),
            ("Remove old backups", "remove-old-backups.sh", "Success"),
            ("Report", "report-backup.sh", "Always"),
        ],
    ),
    "Start service": (
        "Starts the shop where it is not running, and waits until it is healthy.\n\nThe shop of Development is down "
        "after the demo was set up.",
        [("Start", "ask-keeper.sh", "Success"), ("Wait until healthy", "wait-until-healthy.sh", "Success")],
    ),
    "Restart service": (
        "Restarts the shop and waits until it is healthy. Customers see **one to two seconds** without an answer.\n\n"
        "Whoever runs this needs no account on the machine, and never sees the keeper's token.",
        [("Restart", "ask-keeper.sh", "Success"), ("Wait until healthy", "wait-until-healthy.sh", "Success")],
    ),
}


class Server:
    def __init__(self, address, key):
        self.address, self.key = address, key

    def send(self, method, path, body=None):
        request = urllib.request.Request(
            self.address + "/api/Spaces-1" + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"X-Octopus-ApiKey": self.key, "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            sys.exit(f"{method} {path}: {refusal.code} {refusal.read().decode()}")

    def find(self, path, name):
        found = self.send("GET", f"{path}?take=1000&partialName={urllib.parse.quote(name)}")["Items"]
        return next((one for one in found if one["Name"] == name), None)

    def find_or_create(self, path, **body):
        return self.find(path, body["Name"]) or self.send("POST", path, body)


def fill_variables(server, project, environments, ports, folder, keeper_port, token):
    path = f"/variables/variableset-{project['Id']}"
    variables = server.send("GET", path)
    if variables["Variables"]:
        return

    def add(name, value, description="", environment=None, **more):
        scope = {"Environment": [environments[environment]["Id"]]} if environment else {}
        variables["Variables"].append({"Name": name, "Value": value, "Description": description, "Scope": scope, **more})

    add("Disk.WarnAbovePercent", "90", "Disks fuller than this are worth a warning.")
    add("Disk.WarnAbovePercent", "75", "Stricter where customers are.", "Production")
    prompt = {"Label": "Folder", "Description": "What takes most room in it?", "Required": True}
    add("Disk.Folder", folder, Prompt=prompt)
    add("Backup.Keep", "5", "How many backups of the database are kept.")
    add("Shop.Folder", folder + "/#{Octopus.Environment.Name}", "Where database and backups are.")
    for environment, port in ports.items():
        add("Shop.Address", f"http://127.0.0.1:{port}", "", environment)
    add("Keeper.Address", f"http://127.0.0.1:{keeper_port}", "What starts and stops the shop.")
    add("Keeper.Token", token, "Proves that we may.", Type="Sensitive", IsSensitive=True)
    server.send("PUT", path, variables)


def make_step(name, script, condition):
    properties = {
        "Octopus.Action.RunOnServer": "true",
        "Octopus.Action.Script.ScriptSource": "Inline",
        "Octopus.Action.Script.Syntax": "Bash",
        "Octopus.Action.Script.ScriptBody": (scripts / script).read_text(),
    }
    return {"Name": name, "Condition": condition, "Actions": [{"Name": name, "ActionType": "Octopus.Script", "Properties": properties}]}


def fill_runbook(server, project, name, description, steps):
    runbook = server.find_or_create(f"/projects/{project['Id']}/runbooks", Name=name, Description=description, ProjectId=project["Id"])
    if runbook.get("PublishedRunbookSnapshotId"):
        return
    path = "/runbookProcesses/" + runbook["RunbookProcessId"]
    process = server.send("GET", path)
    process["Steps"] = [make_step(*step) for step in steps]
    server.send("PUT", path, process)
    server.send("POST", "/runbookSnapshots?publish=true", {"ProjectId": project["Id"], "RunbookId": runbook["Id"]})
    print("made the runbook", name)


def main(address, folder, keeper_port, *environments):
    ports = dict(text.split("=") for text in environments)
    server = Server(address, os.environ["STEPWELL_API_KEY"])
    made = {name: server.find_or_create("/environments", Name=name) for name in ports}
    project = server.find("/projects", "Demo") or server.send("POST", "/projects", {
        "Name": "Demo",
        "Description": "Runbooks that do something real on this machine.",
        "ProjectGroupId": server.send("GET", "/projectgroups?take=1")["Items"][0]["Id"],
        "LifecycleId": server.send("GET", "/lifecycles?take=1")["Items"][0]["Id"],
    })
    fill_variables(server, project, made, ports, folder, keeper_port, os.environ["KEEPER_TOKEN"])
    for name, (description, steps) in RUNBOOKS.items():
        fill_runbook(server, project, name, description, steps)


if __name__ == "__main__":
    main(*sys.argv[1:])
