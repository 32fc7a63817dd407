import type { Texts } from "./en.ts";

export const sv: Texts = {
  availability: {
    available: "tillgänglig",
    busy: "upptagen",
    "do-not-disturb": "stör ej",
    away: "inte vid datorn",
    offline: "offline",
    unknown: "okänd",
  },
  activity: {
    none: "",
    "on-call": "i samtal",
    ringing: "det ringer",
    "in-meeting": "i möte",
    presenting: "presenterar",
    focusing: "fokuserar",
    "wrap-up": "efterarbete",
    break: "på rast",
    training: "på utbildning",
    "be-right-back": "strax tillbaka",
    "out-of-office": "inte på kontoret",
    "off-work": "ledig",
    inactive: "inaktiv",
  },
  why: {
    follows: "{platform} visar ”{shown}” eftersom {cause} visar ”{because}”.",
    "nothing-to-follow": "Vi visar ingenting i {platform}: inget på annat håll kräver det.",
    "own-status":
      "Personens egen status i {platform} står kvar. Vi visar något där bara när personen själv är tillgänglig.",
    "on-queue":
      "{platform} lämnas i fred: en handläggare som tar samtal flyttas inte. En regel som säger ”även i kö” skulle göra det.",
    "no-information":
      "Vi påbörjar ingenting i {platform} eftersom vi inte vet vad som visas där. Kontrollera att anslutningen fungerar.",
    "cause-unclear":
      "Det vi visar i {platform} står kvar men förnyas inte, eftersom {cause} inte har setts på ett tag. Kontrollera den anslutningen.",
    "cause-lost":
      "Vi har släppt det vi visade i {platform}, eftersom {cause} inte har setts på tio minuter. Kontrollera den anslutningen.",
    "cannot-show": "{platform} kan inte visa detta för någon annans räkning. Välj en annan status i regeln.",
    "not-routed": "Inget arbete erbjuds eftersom {platform} visar ”{because}”.",
    "routed-again": "Arbete får erbjudas igen: {platform} visar ”{because}”.",
  },
};
