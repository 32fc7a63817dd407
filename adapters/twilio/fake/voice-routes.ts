import { type Context, Hono } from "hono";
import type { Center } from "./center.ts";
import { type Form, readForm } from "./forms.ts";
import { ApiError, type Call, type Conference, isOver, isRinging, isTalking, type Participant } from "./model.ts";
import { listOld } from "./paging.ts";
import type { Views } from "./views.ts";

const labelPattern = /^(?!CA[0-9a-f]{32}$)[^/]{1,128}$/;
/** What may follow the address of a SIP endpoint. */
const sipHeader = /^(x-[\w-]+|User-to-User|Remote-Party-ID|P-Preferred-Identity|P-Called-Party-ID)$/i;

/** The 2010 API: conferences, participants, calls. */
export function createVoiceRoutes(center: Center, views: Views): Hono {
  const { exchange, options } = center;
  const { pageSizeMax } = options;
  const app = new Hono();
  const missing = (): never => {
    throw new ApiError(404, 20404, "The requested resource was not found");
  };
  const named = (c: Context, name: string): string => (c.req.param(name) ?? "").replace(/\.json$/, "");
  const conferenceOf = (c: Context): Conference => exchange.conferences.get(named(c, "conference")) ?? missing();
  const callOf = (c: Context): Call => exchange.calls.get(named(c, "call")) ?? missing();
  /** By the id of the call or by the label. */
  const participantOf = (c: Context): Participant => {
    const name = named(c, "who");
    return conferenceOf(c).participants.find((one) => one.call.sid === name || one.label === name) ?? missing();
  };
  const newestFirst = <T extends { createdAt: Date }>(all: Iterable<T>) =>
    [...all].reverse().sort((one, other) => other.createdAt.getTime() - one.createdAt.getTime());

  app.get("/Conferences.json", (c) => {
    const { FriendlyName: name, Status: status } = c.req.query();
    const found = newestFirst(exchange.conferences.values()).filter(
      (one) => (!name || one.friendlyName === name) && (!status || one.status === status),
    );
    return listOld(c, found, { key: "conferences", keyOf: (one) => one.sid, view: views.conference, pageSizeMax });
  });
  app.get("/Conferences/:conference", (c) => c.json(views.conference(conferenceOf(c))));
  app.post("/Conferences/:conference", async (c) => {
    const conference = conferenceOf(c);
    if ((await readForm(c)).text("Status") === "completed")
      exchange.finish(conference, "conference-ended-via-api", "request");
    return c.json(views.conference(conference));
  });
  app.get("/Conferences/:conference/Participants.json", (c) => {
    const conference = conferenceOf(c);
    const view = (one: Participant) => views.participant(conference, one);
    const found = newestFirst(conference.participants);
    return listOld(c, found, { key: "participants", keyOf: (one) => one.call.sid, view, pageSizeMax });
  });
  app.post("/Conferences/:conference/Participants.json", async (c) => {
    const conference = conferenceOf(c);
    const participant = addParticipant(center, conference, await readForm(c));
    return c.json({ ...views.participant(conference, participant), status: "queued", queue_time: "1000" }, 201);
  });
  app.get("/Conferences/:conference/Participants/:who", (c) =>
    c.json(views.participant(conferenceOf(c), participantOf(c))),
  );
  app.post("/Conferences/:conference/Participants/:who", async (c) => {
    const [conference, participant] = [conferenceOf(c), participantOf(c)];
    const form = await readForm(c);
    const coached = form.flag("Coaching") ? form.needed("CallSidToCoach", 20001) : undefined;
    const wanted = {
      hold: form.flag("Hold"),
      muted: form.flag("Muted"),
      endConferenceOnExit: form.flag("EndConferenceOnExit"),
      coached,
    };
    const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
    exchange.change(conference, participant, given);
    return c.json(views.participant(conference, participant));
  });
  app.delete("/Conferences/:conference/Participants/:who", (c) => {
    const participant = participantOf(c);
    if (options.removesRinging && isRinging(participant.call)) exchange.hangUp(participant.call, "canceled", "request");
    else exchange.kick(participant);
    return c.body(null, 204);
  });
  app.get("/Calls.json", (c) => {
    const { To: to, From: from, Status: status } = c.req.query();
    const found = newestFirst(exchange.calls.values()).filter(
      (one) =>
        (!to || one.to.split("?")[0] === to) && (!from || one.from === from) && (!status || one.status === status),
    );
    return listOld(c, found, { key: "calls", keyOf: (one) => one.sid, view: views.call, pageSizeMax });
  });
  app.get("/Calls/:call", (c) => c.json(views.call(callOf(c))));
  app.post("/Calls/:call", async (c) => {
    const call = callOf(c);
    updateCall(center, call, await readForm(c));
    return c.json(views.call(call));
  });
  return app;
}

function addParticipant({ exchange, options, bells, state }: Center, conference: Conference, form: Form): Participant {
  const from = form.needed("From", 21213);
  const to = form.needed("To", 21201);
  const label = form.text("Label");
  if (conference.status === "completed") throw new ApiError(400, 16022, "The conference is completed");
  requireAddress(to, from, options.numbers);
  if (label !== undefined && !labelPattern.test(label)) throw new ApiError(400, 16024, "Invalid participant label");
  if (label !== undefined && conference.participants.some((one) => one.label === label))
    throw new ApiError(400, 16026, "Participant label is in use by another participant");
  if (conference.participants.length >= (form.number("MaxParticipants", 2, 250) ?? 250))
    throw new ApiError(400, 16020, "Conference is full");
  // Twilio adds five seconds to whatever it is told.
  const ringMs = ((form.number("Timeout", 5, 600) ?? 60) + 5) * 1000;
  const callback = form.text("StatusCallback");
  const events = form.all("StatusCallbackEvent").flatMap((one) => one.split(" "));
  const machineCallback = form.text("MachineDetection") ? form.text("AmdStatusCallback") : undefined;
  const call = exchange.newCall({
    to,
    from,
    direction: "outbound-api",
    ringMs,
    ...(callback && { callback: { url: callback, events: events.length > 0 ? events : ["completed"] } }),
    ...(machineCallback && { machineCallback }),
  });
  const participant = exchange.join(conference, call, {
    ...(label !== undefined && { label }),
    muted: form.flag("Muted") ?? false,
    endConferenceOnExit: form.flag("EndConferenceOnExit") ?? false,
    startConferenceOnEnter: form.flag("StartConferenceOnEnter") ?? true,
  });
  state.dials++;
  bells.dial(call);
  return participant;
}

function requireAddress(to: string, from: string, numbers: readonly string[]): void {
  if (to.startsWith("client:")) return;
  if (/^sips?:/.test(to)) requireSip(to);
  else requireNumber(to, from, numbers);
}

function requireNumber(to: string, from: string, numbers: readonly string[]): void {
  if (!/^\+[1-9]\d{6,14}$/.test(to)) throw new ApiError(400, 13223, "Dial: Invalid phone number format");
  if (!numbers.includes(from)) throw new ApiError(400, 21210, "From is not a number of this account");
}

function requireSip(to: string): void {
  const [uri = "", query = ""] = to.split("?");
  if (uri.length >= 255 || !/^sips?:[^@\s]+@[^@\s]+$/.test(uri)) throw new ApiError(400, 13251, "Invalid SIP URI");
  if (query.length >= 1024) throw new ApiError(400, 13252, "SIP headers are too long");
  for (const name of new URLSearchParams(query).keys())
    if (!sipHeader.test(name)) throw new ApiError(400, 13252, "SIP header is not allowed");
}

/** `canceled` ends only what nobody has answered; a redirected call leaves its conference. */
function updateCall({ exchange, workspace }: Center, call: Call, form: Form): void {
  const status = form.text("Status");
  const twiml = form.text("Twiml");
  if (status !== undefined && status !== "canceled" && status !== "completed")
    throw new ApiError(400, 20001, "Status must be canceled or completed");
  if (isOver(call) || (twiml && !isTalking(call))) throw new ApiError(400, 21220, "Call is not in-progress");
  if (status === "canceled" && isRinging(call)) exchange.hangUp(call, "canceled", "request");
  if (status === "completed") exchange.hangUp(call, isRinging(call) ? "canceled" : "completed", "request");
  if (!twiml) return;
  const [, workflow, json] = /<Enqueue workflowSid="(\w+)"><Task>(.*?)<\/Task><\/Enqueue>/s.exec(twiml) ?? [];
  if (!workflow) throw new ApiError(400, 12100, "Document parse failure");
  exchange.redirect(call);
  const attributes = JSON.parse(unescapeXml(json ?? "{}")) as Record<string, unknown>;
  workspace.newTask({ ...attributes, call_sid: call.sid });
}

const unescapeXml = (text: string) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
