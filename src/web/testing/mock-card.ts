/** The card as the bot would send it, in its present state. */
import type { ConsultView, OfferView } from "../../views.ts";

export function mockCard(consult: ConsultView, offer: OfferView): Record<string, unknown> {
  const execute = (title: string, answer: string) => ({
    type: "Action.Execute",
    title,
    verb: "answer",
    data: { offer: offer.id, answer },
  });
  const open = offer.state === "asked" && consult.state !== "ended";
  const customer = consult.interaction?.customer;
  const state = open ? undefined : stateSentence(consult, offer);
  return {
    type: "AdaptiveCard",
    version: "1.5",
    body: [
      {
        type: "TextBlock",
        text: `${consult.agent.name} needs you: ${consult.interaction?.intent ?? ""}`,
        size: "Medium",
        weight: "Bolder",
        wrap: true,
      },
      ...(state ? [{ type: "TextBlock", text: state, weight: "Bolder", color: "Good", wrap: true }] : []),
      {
        type: "TextBlock",
        text: `${customer?.tier ?? ""} · voice · waiting 1 min · ${customer?.language ?? ""}`,
        isSubtle: true,
        spacing: "None",
        wrap: true,
      },
      { type: "Container", style: "emphasis", items: [{ type: "TextBlock", text: consult.question, wrap: true }] },
      {
        type: "FactSet",
        facts: [
          { title: "Customer", value: customer?.name ?? "" },
          { title: "Account", value: open ? "•••17" : "ES-4417" },
        ],
      },
      ...(open
        ? [
            {
              type: "ActionSet",
              actions: [
                { ...execute("Take it now", "now"), style: "positive" },
                execute("In 5 minutes", "later"),
                execute("By chat", "chat"),
                execute("Not me", "no"),
              ],
            },
          ]
        : []),
    ],
  };
}

function stateSentence(consult: ConsultView, offer: OfferView): string {
  if (offer.state === "withdrawn") return "No longer needed. Thank you.";
  if (offer.state === "taken") return "Somebody else took it.";
  if (offer.state !== "accepted") return `You said: ${offer.state}.`;
  if (consult.state === "ended") return `Over: ${consult.result}.`;
  return consult.state === "ringing" ? "Your phone rings now." : "You are on the call.";
}
