/** What /privacy and /terms say, in English. The other languages have the same type. Only what the service really does. */
export const legal = {
  languages: "Language",
  contact: (contact: string) => `Write to ${contact}.`,
  noContact: "Ask the administrators of your organization: they know who runs this deployment and how to reach them.",
  somebody: "whoever your organization has charged with it",
  privacy: {
    title: "Privacy",
    lead: "What Patchcord keeps about you and about customers, for what, for how long, and how it is deleted.",
    who: {
      title: "Who is responsible",
      body: (provider: string) =>
        `Your organization decides what Patchcord is used for and is responsible for it. This deployment is run by ${provider}, on your organization's behalf.`,
    },
    what: {
      title: "What is stored, and for how long",
      columns: ["What", "For what", "How long"],
      rows: [
        [
          "Colleagues: name, work e-mail, work phone number, department, title, site, language; a picture where your organization shows them",
          "So that agents find whom to ask, and the right person is rung",
          "While your organization's directory lists you. Afterwards you are not shown and not asked any more; your name stays with the requests that you took part in. Pictures are deleted then, or as soon as your organization no longer shows any.",
        ],
        [
          "Availability: whether you are free, on a call or away, as Microsoft Teams, RingCentral and the contact center show it",
          "So that nobody is asked who cannot answer",
          "Only the latest. No history, unless your organization has switched it on: then up to the number of days that it chose, 30 at most.",
        ],
        [
          "A customer's request: the question, name or number, details that help to answer, replies in writing",
          "So that the colleague knows what it is about before they speak",
          "A day after the conversation has ended, unless your organization chose otherwise: from at once to 30 days. The cards that showed it are then emptied.",
        ],
        [
          "Who asked whom, when, and what came of it, without what was said",
          "Quotas, figures for supervisors, a fair order of experts",
          "While your organization uses Patchcord",
        ],
        [
          "That a customer has been here before: a keyed fingerprint, from which nobody can tell the number or name",
          "So that they come to the colleague who knows them",
          "30 days",
        ],
        [
          "Answers that an expert has saved, with personal data taken out and approved by the expert",
          "So that a question need not be asked twice",
          "Until the expert or your organization withdraws them",
        ],
        [
          "Who changed what in the set-up, by ids",
          "So that changes can be accounted for",
          "While your organization uses Patchcord",
        ],
        [
          "Technical traces: ids of events, messages to your organization's own systems, answers to repeated requests",
          "So that nothing is lost and nothing happens twice",
          "Three days, 14 days and one day",
        ],
      ],
    },
    not: {
      title: "What is not",
      items: [
        "Calls and meetings are not recorded or listened to by Patchcord.",
        "Payment card numbers are blacked out before anything is stored.",
        "Nothing is sold, used for advertising or used to train models. There is no tracking and no analytics.",
        "Passwords are never seen. You sign in at your organization.",
      ],
    },
    where: {
      title: "Where it goes",
      body: "To the platforms that your organization has connected, and to nobody else. Details of customers are stored encrypted, with keys of your organization alone. What arrives in Microsoft Teams or RingCentral stays there under your organization's own rules.",
    },
    cookies: {
      title: "Cookies",
      body: "Only for signing in: one that lasts up to eight hours, and one for the few minutes of the sign-in itself. The pages remember what you have chosen, such as favourites of the view, in your own browser.",
    },
    delete: {
      title: "Access and deletion",
      body: "Your own page in Patchcord shows what it holds of your availability, and why. Your organization can take you out at any time, erase everything about one customer in one step and get a receipt for it, and have all of its data deleted: then nothing is left. Whoever removes the app in Teams gets no more requests there.",
    },
    ask: { title: "Questions, access, correction, deletion" },
  },
  terms: {
    title: "Terms of use",
    lead: "What you can expect of Patchcord, and what is expected of you.",
    sections: [
      {
        title: "Who may use it",
        body: "People of the organization for which this deployment was set up, for their work, with the sign-in of that organization. The contract between your organization and whoever runs this deployment comes before this page.",
      },
      {
        title: "What it does",
        body: "It finds a colleague for a customer's question, asks them, and connects them. It acts on the platforms that your organization has connected, with the permissions that your organization gave and may take back.",
      },
      {
        title: "What it is not for",
        body: "Emergency calls: it is no way to reach emergency services. Nor for secretly watching how people work: availability is for routing requests.",
      },
      {
        title: "What is expected of you",
        body: "Share only what the colleague needs to help the customer, no payment or health data, and keep what you learn to yourself as your organization's rules say.",
      },
      {
        title: "Availability",
        body: "It depends on platforms of others. When one fails, Patchcord says so and leaves the customer with the agent. No promise of availability is made on this page; your organization may have one in its contract.",
      },
      {
        title: "The software",
        body: "Patchcord is open source under the Apache License 2.0 and comes without warranty, as that license says.",
      },
    ],
    who: { title: "Who runs it", body: (provider: string) => `This deployment is run by ${provider}.` },
  },
};

export type LegalTexts = typeof legal;
