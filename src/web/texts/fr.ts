/** Français. */
import { pluralizer } from "../shared/plural.ts";
import { basics } from "./basics/fr.ts";
import type { Words } from "./en.ts";

const count = pluralizer("fr");
const vowel = /^[aàâäeéèêëiîïoôöuùûüyhåœ]/i;
const de = (name: string) =>
  name.startsWith("le ") ? `du ${name.slice(3)}` : vowel.test(name) ? `d’${name}` : `de ${name}`;
const a = (name: string) => (name.startsWith("le ") ? `au ${name.slice(3)}` : `à ${name}`);

export const fr: Words = {
  ...basics,

  recordingNext: {
    on: "Cet appel est enregistré.",
    paused: "L’enregistrement est en pause et le restera.",
    off: "Cet appel n’est pas enregistré.",
    unknown: "Nous ne voyons pas si cet appel est enregistré.",
  },

  kind: {
    consult: { label: "Consulter", hint: (w) => `D’abord seul avec ${w.expert} ; ${w.customer} entend de la musique` },
    conference: { label: "Appel à trois", hint: (w) => `${w.expert} vous rejoint ; ${w.customer} reste en ligne` },
    transfer: {
      label: "Transférer à la réponse",
      hint: (w) => `${w.expert} prend ${w.customer} dès qu’on décroche`,
    },
    "blind-transfer": {
      label: "Transférer tout de suite",
      hint: (w) => `${w.customer} passe ${a(w.expert)} ; vous quittez l’appel`,
    },
    question: { label: "Par chat", hint: (w) => `${w.expert} répond par écrit ; l’appel continue` },
    meeting: { label: "Réunion vidéo", hint: (w) => `${w.expert} reçoit un lien pour entrer` },
  },
  cannot: {
    "cannot-ring": "votre centre de contact ne peut pas appeler de collègues",
    "platform-cannot": "votre centre de contact ne peut pas le faire",
    "not-a-call": "ce n’est pas un appel",
    "not-answered": "personne n’a encore décroché",
    "not-private": "seulement pendant que vous parlez à l’un des deux",
    "handing-over": "le passage est en cours",
    already: "c’est déjà le cas",
    "not-proven": "confirmez d’abord que vous avez entendu la personne",
    "coming-back": "le client revient vers vous",
    "you-left": "vous avez quitté l’appel",
    over: "c’est terminé",
  },
  cannotOther: "impossible pour le moment",

  header: {
    withYou: "Parle avec vous",
    withExpert: (w) => `Parle avec ${w.expert}`,
    withBoth: (w) => `Parle avec vous et ${w.expert}`,
    onHold: "En attente",
    ringing: "Sonne",
    left: "A raccroché",
    listening: "Attend",
    noName: "Client inconnu",
    choose: "Vos clients",
  },

  question: {
    label: "Votre question",
    placeholder: "Que voulez-vous savoir ?",
    shares: (details, masked) => {
      const shared = count(details, { one: "Partage # détail", other: "Partage # détails" });
      return masked === 0 ? shared : `${shared}, dont ${count(masked, { one: "# masqué", other: "# masqués" })}`;
    },
    sharesNothing: "Partage seulement votre question",
    see: "Voir ce qu’ils reçoivent",
    preview: "Ce que verra votre collègue",
    masked: "masqué jusqu’au oui",
    links: "Liens",
    failed: "Nous n’avons pas pu obtenir les détails. Votre question partira sans eux.",
  },

  finder: {
    title: "Trouver un collègue",
    search: "Personnes, sujets, sites",
    clear: "Effacer la recherche",
    suggested: "Suggérés",
    reachable: "Joignables",
    all: "Tous",
    found: (n) => count(n, { one: "# personne", other: "# personnes" }),
    more: "Afficher plus",
    best: (skill) => `Demander à qui connaît le mieux ${skill}`,
    bestHint: "L’un après l’autre, jusqu’au premier oui",
    nobody: (query) => `Personne pour « ${query} ». Essayez un sujet, un site ou une partie d’un nom.`,
    nobodySuggested: "Personne pour ce sujet encore. Regardez sous Tous, ou cherchez.",
    nobodyReachable: "Personne n’est joignable maintenant. Sous Tous, vous pouvez demander à être prévenu.",
    nobodyAtAll: "Pas encore de collègues ici. Ils apparaissent quand un administrateur les inscrit comme experts.",
    failed: "Impossible de chercher des personnes pour l’instant. Votre appel n’est pas touché.",
    elsewhere: "Trouver quelqu’un d’autre",
  },

  person: {
    notify: "Me prévenir",
    notifyHint: (w) => `Nous demandons ${a(w.expert)} dès que possible ; vous restez avec ${w.customer}`,
    ring: "Appeler sans demander",
    ringHint: (w) => `${w.expert} reçoit la question avec l’appel`,
    several: "Demander à plusieurs à la fois",
    severalHint: "Le premier oui l’emporte, les autres sont prévenus",
    ways: (name) => `Autres façons de joindre ${name}`,
    level: (skill, level) => `${skill}, niveau ${level} sur 5`,
    noCustomer: "Il n’y a pas de client pour qui consulter.",
    pick: (name) => `Demander aussi ${a(name)}`,
    picked: (n) => count(n, { one: "# choisi", other: "# choisis" }),
    askPicked: (n) => count(n, { one: "Demander", other: "Demander aux #" }),
    enough: "Trois au plus",
  },

  consult: {
    title: (w) => `Aide pour ${w.customer}`,
    requested: () => "Nous cherchons la bonne personne.",
    asking: (names) => `Nous demandons à ${names}.`,
    askingNext: () => "Nous demandons au suivant.",
    later: (w, when) => `${w.expert} a le temps ${when}.`,
    waitingFree: (w) => `Nous demanderons ${a(w.expert)} dès que possible.`,
    waiting: () => "Nous attendons que quelqu’un se libère.",
    ringing: (w) => `Ça sonne chez ${w.expert}.`,
    talkingToExpert: (w) => `Vous parlez avec ${w.expert}.`,
    talkingToCustomer: (w) => `Vous parlez avec ${w.customer}. ${w.expert} attend.`,
    together: (w) => `Vous, ${w.customer} et ${w.expert}, vous vous entendez.`,
    transferring: (w) => `Nous passons ${w.customer} ${a(w.expert)}.`,
    answering: (w) => `${w.expert} répond par chat.`,
    meeting: (w) => `${w.expert} arrive à la réunion.`,

    customerMusic: (w) => `${w.customer} entend de la musique.`,
    customerWithYou: (w) => `${w.customer} est avec vous.`,
    customerWithExpert: (w) => `${w.customer} est avec ${w.expert}.`,
    customerWithBoth: (w) => `${w.customer} vous entend tous les deux.`,
    customerAlone: (w) => `${w.customer} n’entend personne.`,
    customerLeft: (w) => `${w.customer} a raccroché.`,

    back: (customer) => `Revenir ${a(customer)}`,
    backHint: {
      "not-called": () => "Plus personne n’est sollicité.",
      ringing: (w) => `Le téléphone ${de(w.expert)} cesse de sonner.`,
      talking: (w) => `${w.expert} quitte l’appel.`,
      question: () => "La question est retirée.",
    },
    notProven: (w) => `Votre téléphonie ne sait pas si ${w.expert} ou une machine a décroché.`,
    heard: (w) => `J’ai entendu ${w.expert} : passer l’appel`,
    moves: "Ce que vous pouvez faire",
    showTimeline: "Ce qui s’est passé",
    who: "Qui a été sollicité",
    dismiss: "Terminé",
  },
  move: {
    "talk-to-customer": (w) => `Parler avec ${w.customer}`,
    "talk-to-expert": (w) => `Parler avec ${w.expert}`,
    "all-together": () => "Tous ensemble",
    "hand-over": () => "Passer l’appel",
    "drop-expert": (w) => `Libérer ${w.expert}`,
    cancel: () => "Annuler la demande",
  },

  pending: {
    asked: (what) => `Nous avons demandé à la téléphonie ${what}…`,
    unknown: (what) => `Nous avons demandé à la téléphonie ${what}, sans réponse. Nous vérifions.`,
    operation: {
      startConsult: (w) => `d’appeler ${w.expert}`,
      switchParty: () => "de changer d’interlocuteur",
      mergeConference: () => "de vous réunir tous",
      completeTransfer: (w) => `de passer ${w.customer}`,
      cancelConsult: (w) => `de vous ramener ${a(w.customer)}`,
      blindTransfer: (w) => `de passer ${w.customer} ${a(w.expert)}`,
      addParty: (w) => `d’ajouter ${w.expert}`,
      removeParty: (w) => `de libérer ${w.expert}`,
      hold: (w) => `de mettre ${w.customer} en attente`,
      resume: (w) => `de reprendre ${w.customer}`,
    },
  },

  trouble: {
    "expert-busy": (w) => `${w.expert} est sur un autre appel.`,
    "expert-no-answer": (w) => `${w.expert} n’a pas décroché.`,
    "expert-declined": (w) => `${w.expert} a refusé l’appel.`,
    "expert-unreachable": (w) => `Impossible d’appeler ${w.expert}.`,
    "expert-left": (w) => `${w.expert} a quitté l’appel.`,
    voicemail: (w) => `La messagerie ${de(w.expert)} a répondu, nous avons raccroché.`,
    "chat-only": (w) => `${w.expert} n’est joignable que par chat.`,
    "no-reply": (w) => `${w.expert} n’a pas encore écrit, nous avons donc demandé à d’autres.`,
    "not-free": (w) => `${w.expert} n’a pas été libre à temps.`,
    "agent-left": () => "Vous avez quitté l’appel.",
    "desk-not-open": () => "Le téléphone de votre navigateur n’était pas ouvert. Ouvrez-le, puis réessayez.",
    "no-effect": () => "La téléphonie a agi et rien ne s’est passé.",
    platform_throttled: () => "La téléphonie est surchargée. Nous attendons notre tour.",
    platform_unavailable: () => "La téléphonie ne répond pas. Nous insistons.",
    platform_unauthorized: () => "La téléphonie doit être reconnectée. Prévenez votre administrateur.",
    platform_refused: () => "La téléphonie a refusé cette étape.",
  },
  troubleOther: () => "La téléphonie a refusé cette étape.",

  offer: {
    planned: () => "vient ensuite",
    asked: (ago) => `sollicité ${ago}`,
    accepted: () => "a dit oui",
    later: (when) => (when ? `a le temps ${when}` : "a le temps plus tard"),
    chat: () => "répond par chat",
    declined: (why) => (why ? `a dit non : ${why}` : "a dit non"),
    silent: () => "n’a pas répondu",
    undeliverable: (why) => (why ? `n’a pas pu être sollicité : ${why}` : "n’a pas pu être sollicité"),
    withdrawn: () => "n’est plus sollicité",
    taken: () => "sait que quelqu’un d’autre s’en charge",
  },
  offerAwaited: "sollicité dès que possible",
  offerReason: {
    "not-free": "plus libre",
    busy: "pas le temps",
    "not-my-topic": "pas son sujet",
    away: "absent",
    declined: "a refusé l’appel",
    unreachable: "injoignable",
    refused: "refus de la téléphonie",
    "no-answer": "pas de réponse",
    voicemail: "messagerie",
  },

  result: {
    transferred: (w) => `${w.expert} a pris ${w.customer}. Vous avez quitté l’appel.`,
    returned: (w) => `${w.expert} est parti. ${w.customer} est avec vous.`,
    answered: (w) => `${w.expert} a répondu à votre question.`,
    unanswered: (w) => `Personne n’a répondu à temps. ${w.customer} est avec vous.`,
    declined: (w) => `Personne n’a pu. ${w.customer} est avec vous.`,
    unreachable: (w) => `Personne n’était joignable. ${w.customer} est avec vous.`,
    cancelled: (w) => `Vous avez annulé. ${w.customer} est avec vous.`,
    "customer-left": (w) => `${w.customer} a raccroché. Plus aucun téléphone ne sonne.`,
    failed: (w) => `La téléphonie n’a pas voulu. ${w.customer} est avec vous.`,
  },
  resultChat: {
    answered: (w) => `${w.expert} a répondu à votre question.`,
    unanswered: () => "Personne n’a répondu à temps.",
    declined: () => "Personne n’a pu.",
    unreachable: () => "Personne n’était joignable.",
    cancelled: () => "Vous avez retiré la question.",
  },

  event: {
    "offer-planned": (e) => `${e.name} vient ensuite`,
    "offer-asked": (e) => `Demandé ${a(e.name)}`,
    "offer-accepted": (e) => `${e.name} a dit oui`,
    "offer-later": (e) => `${e.name} a dit : dans 5 minutes`,
    "offer-chat": (e) => `${e.name} a dit : par chat`,
    "offer-declined": (e) => (e.detail ? `${e.name} a dit non : ${e.detail}` : `${e.name} a dit non`),
    "offer-silent": (e) => `${e.name} n’a pas répondu`,
    "offer-undeliverable": (e) =>
      e.detail ? `${e.name} n’a pas été joint : ${e.detail}` : `${e.name} n’a pas été joint`,
    "offer-withdrawn": (e) => `${e.name} n’est plus sollicité`,
    "offer-taken": (e) => `${e.name} sait que quelqu’un d’autre s’en charge`,
    requested: () => "Vous avez demandé de l’aide",
    offering: () => "Nous avons commencé à demander",
    waiting: () => "En attendant que quelqu’un se libère",
    ringing: (e) => `Ça sonne chez ${e.name}`,
    consulting: (e) => `${e.name} a décroché`,
    conferencing: () => "Vous vous entendez tous les trois",
    transferring: (e) => `Passage ${a(e.name)}`,
    ended: (e) => e.detail || "Terminé",
    move: (e) => `Vous avez choisi « ${e.detail} »`,
    trouble: (e) => e.detail,
    "talking-to-customer": () => "Vous êtes revenu au client",
    "talking-to-expert": (e) => `Vous êtes revenu ${a(e.name)}`,
  },
  eventOther: () => "Quelque chose a changé",

  field: {
    customer: "Client",
    tier: "Niveau",
    intent: "Motif",
    question: "Question",
    queue: "File",
    language: "Langue",
    skill: "Sujet",
    tried: "Déjà essayé",
    summary: "Résumé",
    phone: "Téléphone",
    email: "E-mail",
    account: "Compte",
    invoice: "Facture",
    order: "Commande",
    wait: "Attente",
    site: "Site",
  },

  reply: {
    from: (name) => `${name} a écrit`,
    copy: "Copier",
    copied: "Copié",
    join: "Rejoindre la réunion",
    copyLink: "Copier le lien pour le client",
  },

  ended: {
    title: "Ce qu’il en est advenu",
    took: (time) => `Durée : ${time}`,
  },

  connection: {
    lost: "Connexion perdue. Votre appel continue ; le téléphone n’a pas besoin de ce panneau.",
    asOf: (time) => `La présence date de ${time}.`,
    trying: "Nous réessayons ; les boutons reviendront dès que possible.",
  },

  empty: {
    title: "Aucun client avec vous",
    body: "Quand un appel ou un chat vous arrive, il s’affiche ici. Vous pouvez déjà chercher des personnes.",
  },
  signIn: {
    waiting: "En attente de la connexion par votre centre de contact…",
    missing: "Ouvrez ce panneau depuis votre centre de contact ; il vous connecte.",
    expired: "Votre connexion a expiré sans pouvoir être prolongée. Rechargez la page dans votre centre de contact.",
  },
  failed: {
    title: "Impossible de charger votre bureau",
    body: "Votre appel n’est pas touché : transfert et attente fonctionnent sur votre téléphone comme toujours.",
  },
};
