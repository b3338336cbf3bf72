import { BatchRequestContent, BatchResponseContent, GraphError, PageIterator } from "@microsoft/microsoft-graph-client";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { CONTROL, GRAPH, PEOPLE, SEED, advance, client, control } from "./emulator.mjs";

const HELPDESK = "729827e3-9c14-49f7-bb1b-9608f156bbb8";
const GUARDED = "fdd7a751-b60b-444a-984c-02652fe8fa1c";
const OPERATIONS = "b0000000-0000-4000-8000-000000000001";
const ROLES = "/roleManagement/directory";
const GROUPS = "/identityGovernance/privilegedAccess/group";
const REVIEWS = "/identityGovernance/accessReviews/definitions";

beforeEach(() => control("POST", "/seed", SEED));

const lasting = (duration) => ({ expiration: { type: "afterDuration", duration } });
const until = (endDateTime) => ({
  startDateTime: "2026-09-01T08:00:00Z",
  expiration: { type: "afterDateTime", endDateTime },
});
const roleRequest = (action, name, role, scheduleInfo) => ({
  action,
  principalId: PEOPLE[name],
  roleDefinitionId: role,
  directoryScopeId: "/",
  justification: "printer on fire",
  scheduleInfo,
  ticketInfo: { ticketNumber: "INC-1", ticketSystem: "Desk" },
});
const groupRequest = (action, name, scheduleInfo) => ({
  action,
  accessId: "member",
  principalId: PEOPLE[name],
  groupId: OPERATIONS,
  justification: "on call",
  scheduleInfo,
});
const refused = (status, code) => (error) => {
  assert.ok(error instanceof GraphError, `${error}`);
  assert.deepEqual([error.statusCode, error.code], [status, code]);
  return true;
};

describe("directory roles", () => {
  test("are listed, filtered and expanded", async () => {
    const root = await client("root");
    const roles = await root.api(`${ROLES}/roleDefinitions`).get();
    assert.ok(roles.value.some((role) => role.id === HELPDESK));
    const filter = `principalId eq '${PEOPLE.alice}' and roleDefinitionId eq '${HELPDESK}'`;
    const schedules = await root
      .api(`${ROLES}/roleEligibilitySchedules`)
      .filter(filter)
      .expand("principal($select=displayName),roleDefinition")
      .select(["id", "principalId"])
      .get();
    assert.equal(schedules.value.length, 1);
    assert.equal(schedules.value[0].principal.displayName, "Alice");
    assert.equal(schedules.value[0].roleDefinition.displayName, "Helpdesk Administrator");
    for (const collection of ["roleAssignments", "roleAssignmentSchedules", "roleAssignmentScheduleInstances"]) {
      assert.equal((await root.api(`${ROLES}/${collection}`).get()).value.length, 1, collection);
    }
    const alice = await client("alice");
    assert.equal((await alice.api("/me").get()).id, PEOPLE.alice);
  });

  test("are activated and deactivated", async () => {
    const alice = await client("alice");
    const requests = `${ROLES}/roleAssignmentScheduleRequests`;
    const made = await alice.api(requests).post(roleRequest("selfActivate", "alice", HELPDESK, lasting("PT2H")));
    assert.deepEqual([made.status, made.action], ["Provisioned", "selfActivate"]);
    const mine = `${ROLES}/roleAssignmentScheduleInstances/filterByCurrentUser(on='principal')`;
    const [instance] = (await alice.api(mine).get()).value;
    assert.equal(instance.assignmentType, "Activated");
    assert.equal(Date.parse(instance.endDateTime), Date.parse("2026-09-01T10:00:00Z"));

    const end = roleRequest("selfDeactivate", "alice", HELPDESK);
    await assert.rejects(alice.api(requests).post(end), refused(400, "ActiveDurationTooShort"));
    await advance("PT6M");
    assert.equal((await alice.api(requests).post(end)).status, "Revoked");
    assert.deepEqual((await alice.api(mine).get()).value, []);
  });

  test("are refused with the service's own code", async () => {
    const alice = await client("alice");
    const requests = `${ROLES}/roleAssignmentScheduleRequests`;
    const long = roleRequest("selfActivate", "alice", HELPDESK, lasting("PT9H"));
    await assert.rejects(alice.api(requests).post(long), (error) => {
      refused(400, "RoleAssignmentRequestPolicyValidationFailed")(error);
      assert.match(error.message, /ExpirationRule/);
      assert.ok(error.requestId);
      return true;
    });
    const reader = await client("alice", { scopes: ["User.Read"] });
    await assert.rejects(reader.api(`${ROLES}/roleDefinitions`).get(), (error) => error.statusCode === 403);
  });

  test("are approved by another, in beta", async () => {
    const alice = await client("alice");
    const requests = `${ROLES}/roleAssignmentScheduleRequests`;
    const made = await alice.api(requests).post(roleRequest("selfActivate", "alice", GUARDED, lasting("PT2H")));
    assert.equal(made.status, "PendingApproval");

    const carol = await client("carol", { defaultVersion: "beta" });
    const waiting = await carol.api(`${requests}/filterByCurrentUser(on='approver')`).get();
    const steps = `${ROLES}/roleAssignmentApprovals/${waiting.value[0].approvalId}/steps`;
    const [step] = (await carol.api(steps).get()).value;
    assert.deepEqual([step.reviewResult, step.assignedToMe], ["NotReviewed", true]);
    const answer = { reviewResult: "Approve", justification: "go ahead" };
    await carol.api(`${steps}/${step.id}`).patch(answer);
    assert.equal((await alice.api(`${requests}/${made.id}`).get()).status, "Provisioned");
  });

  test("are assigned for a while, extended, and taken away", async () => {
    const root = await client("root");
    const requests = `${ROLES}/roleEligibilityScheduleRequests`;
    const post = (action, schedule) => root.api(requests).post(roleRequest(action, "bob", HELPDESK, schedule));
    assert.equal((await post("adminAssign", until("2026-09-08T08:00:00Z"))).status, "Provisioned");
    assert.equal((await post("adminExtend", until("2026-10-08T08:00:00Z"))).status, "Provisioned");
    const mine = root.api(`${ROLES}/roleEligibilityScheduleInstances`).filter(`principalId eq '${PEOPLE.bob}'`);
    const [instance] = (await mine.get()).value;
    assert.equal(Date.parse(instance.endDateTime), Date.parse("2026-10-08T08:00:00Z"));
    assert.equal((await post("adminRemove")).status, "Revoked");
    assert.deepEqual((await mine.get()).value, []);

    const alice = await client("alice");
    const asked = roleRequest("selfExtend", "alice", HELPDESK, until("2026-11-01T08:00:00Z"));
    assert.equal((await alice.api(requests).post(asked)).status, "PendingAdminDecision");
  });
});

test("a group's membership is assigned, activated, approved, extended and ended", async () => {
  const [root, bob, carol] = await Promise.all(["root", "bob", "carol"].map((name) => client(name)));
  const eligibilities = `${GROUPS}/eligibilityScheduleRequests`;
  const requests = `${GROUPS}/assignmentScheduleRequests`;
  await root.api(eligibilities).post(groupRequest("adminAssign", "bob", until("2026-09-08T08:00:00Z")));
  await root.api(eligibilities).post(groupRequest("adminExtend", "bob", until("2026-10-08T08:00:00Z")));
  await assert.rejects(root.api(`${GROUPS}/eligibilitySchedules`).get(), refused(400, "MissingParameters"));

  const made = await bob.api(requests).post(groupRequest("selfActivate", "bob", lasting("PT4H")));
  assert.equal(made.status, "PendingApproval");
  const waiting = await carol.api(`${requests}/filterByCurrentUser(on='approver')`).get();
  const stages = `${GROUPS}/assignmentApprovals/${waiting.value[0].approvalId}/stages`;
  const [stage] = (await carol.api(stages).get()).value;
  await carol.api(`${stages}/${stage.id}`).patch({ reviewResult: "Approve", justification: "go ahead" });

  const mine = `${GROUPS}/assignmentScheduleInstances/filterByCurrentUser(on='principal')`;
  assert.equal((await bob.api(mine).get()).value[0].assignmentType, "activated");
  await advance("PT6M");
  assert.equal((await bob.api(requests).post(groupRequest("selfDeactivate", "bob"))).status, "Revoked");
  assert.deepEqual((await bob.api(mine).get()).value, []);
});

test("a policy is written rule by rule and as a whole", async () => {
  const root = await client("root");
  const read = async () => {
    const assignments = await root
      .api("/policies/roleManagementPolicyAssignments")
      .filter(`scopeId eq '/' and scopeType eq 'DirectoryRole' and roleDefinitionId eq '${HELPDESK}'`)
      .expand("policy($expand=rules)")
      .get();
    return assignments.value[0].policy;
  };
  const rule = (policy, id) => policy.rules.find((rule) => rule.id === id);
  const policy = await read();
  assert.equal(policy.rules.length, 17);
  const place = `/policies/roleManagementPolicies/${policy.id}`;
  const expiration = rule(policy, "Expiration_EndUser_Assignment");
  await root.api(`${place}/rules/${expiration.id}`).patch({ ...expiration, maximumDuration: "PT1H" });
  assert.equal(rule(await read(), expiration.id).maximumDuration, "PT1H");

  const alice = await client("alice");
  const long = roleRequest("selfActivate", "alice", HELPDESK, lasting("PT2H"));
  await assert.rejects(
    alice.api(`${ROLES}/roleAssignmentScheduleRequests`).post(long),
    refused(400, "RoleAssignmentRequestPolicyValidationFailed"),
  );

  const enablement = rule(policy, "Enablement_EndUser_Assignment");
  const rules = [{ ...expiration, maximumDuration: "PT30M" }, { ...enablement, enabledRules: ["Justification"] }];
  await root.api(place).patch({ rules });
  const written = await read();
  assert.equal(rule(written, expiration.id).maximumDuration, "PT30M");
  assert.deepEqual(rule(written, enablement.id).enabledRules, ["Justification"]);
});

test("a review runs until what it decided is applied", async () => {
  const root = await client("root");
  const made = await root.api(REVIEWS).post({
    displayName: "Who may help",
    scope: {
      "@odata.type": "#microsoft.graph.principalResourceMembershipsScope",
      principalScopes: [
        { "@odata.type": "#microsoft.graph.accessReviewQueryScope", query: "/v1.0/users", queryType: "MicrosoftGraph" },
      ],
      resourceScopes: [
        {
          "@odata.type": "#microsoft.graph.accessReviewQueryScope",
          query: `/beta/roleManagement/directory/roleDefinitions/${HELPDESK}`,
          queryType: "MicrosoftGraph",
        },
      ],
    },
    reviewers: [{ query: `/v1.0/users/${PEOPLE.carol}`, queryType: "MicrosoftGraph" }],
    settings: {
      instanceDurationInDays: 3,
      recurrence: { pattern: null, range: { type: "numbered", numberOfOccurrences: 0, startDate: "2026-09-01" } },
    },
  });
  const instances = `${REVIEWS}/${made.id}/instances`;
  const [instance] = (await root.api(instances).get()).value;
  assert.equal(instance.status, "InProgress");

  const carol = await client("carol");
  const decisions = `${instances}/${instance.id}/decisions`;
  const [item] = (await carol.api(decisions).get()).value;
  assert.deepEqual([item.decision, item.principal.id], ["NotReviewed", PEOPLE.alice]);
  await carol.api(`${decisions}/${item.id}`).patch({ decision: "Deny", justification: "left the desk" });

  await root.api(`${instances}/${instance.id}/stop`).post({});
  await root.api(`${instances}/${instance.id}/applyDecisions`).post({});
  assert.equal((await root.api(`${instances}/${instance.id}`).get()).status, "Applied");
  const left = await root.api(`${ROLES}/roleEligibilityScheduleInstances`).get();
  assert.deepEqual(left.value.map((one) => one.roleDefinitionId), [GUARDED]);
});

describe("2,500 items", () => {
  const person = (number) => `c0000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
  const everyone = Array.from({ length: 2500 }, (_, number) => person(number));
  beforeEach(() =>
    control("POST", "/seed", {
      ...SEED,
      users: [
        ...SEED.users,
        ...everyone.map((id, n) => ({ id, name: `Person ${n}`, sign_in_name: `person${n}@contoso.example` })),
      ],
      eligibilities: everyone.map((principal) => ({
        principal,
        privilege: { type: "directory_role", role: HELPDESK, scope: "/" },
      })),
    }),
  );

  test("through the library's page iterator", async () => {
    const root = await client("root");
    const first = await root.api(`${ROLES}/roleEligibilitySchedules`).expand("principal($select=displayName)").get();
    assert.equal(first.value.length, 100);
    assert.ok(first["@odata.nextLink"].startsWith(`${GRAPH}/v1.0/`), first["@odata.nextLink"]);
    const seen = [];
    const iterator = new PageIterator(root, first, (schedule) => {
      assert.match(schedule.principal.displayName, /^Person \d+$/);
      return seen.push(schedule.principalId) > 0;
    });
    await iterator.iterate();
    assert.ok(iterator.isComplete());
    assert.deepEqual(seen.sort(), everyone);
  });

  test("link by link, with a filter", async () => {
    const root = await client("root");
    const seen = [];
    let page = await root
      .api(`${ROLES}/roleEligibilitySchedules`)
      .filter(`roleDefinitionId eq '${HELPDESK}'`)
      .top(999)
      .get();
    for (;;) {
      seen.push(...page.value.map((schedule) => schedule.principalId));
      if (!page["@odata.nextLink"]) break;
      page = await root.api(page["@odata.nextLink"]).get();
    }
    assert.deepEqual(seen.sort(), everyone);
  });
});

test("a batch answers each part, with its body", async () => {
  const alice = await client("alice");
  const part = (id, path) => ({ id, request: new Request(`${GRAPH}${path}`, { method: "GET" }) });
  const content = new BatchRequestContent([
    part("role", `${ROLES}/roleDefinitions/${HELPDESK}`),
    part("none", `${ROLES}/roleDefinitions/00000000-0000-4000-8000-000000000000`),
  ]);
  const answers = new BatchResponseContent(await alice.api("/$batch").post(await content.getContent()));
  const role = answers.getResponseById("role");
  assert.equal(role.status, 200);
  assert.equal((await role.json()).displayName, "Helpdesk Administrator");
  assert.equal(answers.getResponseById("none").status, 404);
});

test("the library waits when it is told to", async () => {
  await control("POST", "/faults", { kind: "throttle", retry_after: "1", times: 1 });
  const root = await client("root");
  assert.equal((await root.api("/me").get()).id, PEOPLE.root);
  const asked = await control("GET", "/requests");
  assert.deepEqual(asked.map((request) => request.status), [429, 200]);
});

test("a token that has ended is refused", async () => {
  const root = await client("root", { lifetime: "PT1H" });
  await advance("PT2H");
  await assert.rejects(root.api("/me").get(), refused(401, "InvalidAuthenticationToken"));
});

test("the documented program works as it stands", async () => {
  const document = await readFile(new URL("../emulator.md", import.meta.url), "utf8");
  const [, program] = /```js\n(.*?)```/s.exec(document);
  const [error, output] = await new Promise((done) => {
    const env = { ...process.env, GRAPH, CONTROL };
    const options = { env, cwd: fileURLToPath(new URL(".", import.meta.url)) };
    execFile(process.execPath, ["--input-type=module", "--eval", program], options, (...outcome) => done(outcome));
  });
  assert.ifError(error);
  assert.equal(output, `${PEOPLE.root} sees 1 assignments\n`);
});
