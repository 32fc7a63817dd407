import type { Texts } from "./en.ts";

export const fr: Texts = {
  availability: {
    available: "disponible",
    busy: "occupé",
    "do-not-disturb": "ne pas déranger",
    away: "absent",
    offline: "hors connexion",
    unknown: "inconnu",
  },
  activity: {
    none: "",
    "on-call": "en appel",
    ringing: "le téléphone sonne",
    "in-meeting": "en réunion",
    presenting: "en présentation",
    focusing: "concentré",
    "wrap-up": "traitement après appel",
    break: "en pause",
    training: "en formation",
    "be-right-back": "de retour bientôt",
    "out-of-office": "absent du bureau",
    "off-work": "hors service",
    inactive: "inactif",
  },
  why: {
    follows: "{platform} affiche « {shown} » parce que {cause} affiche « {because} ».",
    "nothing-to-follow": "Nous n’affichons rien sur {platform} : rien d’autre ne le demande.",
    "own-status":
      "Le statut de la personne sur {platform} est conservé. Nous n’y affichons quelque chose que lorsqu’elle est elle-même disponible.",
    "on-queue":
      "Rien ne change sur {platform} : un agent qui prend des appels n’est pas déplacé. Une règle « même en file » le ferait.",
    "no-information":
      "Nous ne commençons rien sur {platform}, faute de savoir ce qui y est affiché. Vérifiez que cette connexion fonctionne.",
    "cause-unclear":
      "Ce que nous affichons sur {platform} reste sans être renouvelé, car {cause} n’a pas été vu récemment. Vérifiez cette connexion.",
    "cause-lost":
      "Nous avons retiré ce que nous affichions sur {platform}, car {cause} n’a pas été vu depuis dix minutes. Vérifiez cette connexion.",
    "cannot-show":
      "{platform} ne peut pas afficher cela au nom de quelqu’un. Choisissez un autre statut dans la règle.",
    "not-routed": "Aucun travail n’est proposé, car {platform} affiche « {because} ».",
    "routed-again": "Du travail peut de nouveau être proposé : {platform} affiche « {because} ».",
  },
};
