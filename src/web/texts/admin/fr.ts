import { pluralizer } from "../../shared/plural.ts";
import { basics } from "../basics/fr.ts";
import type { AdminWords } from "./en.ts";

const count = pluralizer("fr");

export const admin: AdminWords = {
  ...basics,
  problem: {
    ...basics.problem,
    bad_request: "Nous avons envoyé quelque chose d’illisible. Rechargez la page et réessayez.",
    invalid: "Quelque chose n’est pas correct. Vérifiez et réessayez.",
    unauthenticated: "Votre session a expiré. Rechargez la page.",
    forbidden: "Il faut pour cela le rôle Patchcord.Admin.",
    conflict: "Quelqu’un d’autre l’a modifié entre-temps. Regardez à nouveau, puis décidez.",
    too_large: "C’est trop long.",
    unsupported: "Cette plateforme ne sait pas le faire.",
    platform_unauthorized:
      "La plateforme ne nous laisse plus entrer. Donnez à nouveau le consentement ou saisissez un nouveau secret.",
    platform_refused: "La plateforme a refusé. Réessayez dans un moment.",
    platform_throttled: "La plateforme nous demande de ralentir. Réessayez dans un moment.",
    platform_unavailable: "La plateforme ne répond pas. Réessayez dans un moment.",
  },
  offline: "Nous sommes injoignables. Réessayez dans un moment.",

  title: "Administration",
  signIn: {
    body: "Connectez-vous comme administrateur de votre organisation.",
    organization: "Organisation",
    go: "Se connecter",
    refused: "Vous êtes connecté, mais sans rôle ici. Demandez Patchcord.Admin ou Patchcord.Supervisor.",
  },
  rail: {
    label: "Tâches",
    experts: "Experts",
    rules: "Règles de présence",
    app: "Application Teams",
    health: "Santé",
    audit: "Journal",
  },
  list: {
    search: "Rechercher",
    csv: "Télécharger en CSV",
    found: (n) => count(n, { one: "# ligne", other: "# lignes" }),
    none: "Rien ne correspond. Changez la recherche ou le filtre.",
    more: "Afficher plus",
    select: (name) => `Sélectionner ${name}`,
    selectAll: "Sélectionner tout ce qui est affiché",
  },

  health: {
    title: "Santé",
    well: "Toutes les connexions fonctionnent.",
    trouble: (n) => count(n, { one: "# connexion a besoin de vous.", other: "# connexions ont besoin de vous." }),
    none: "Rien n’est encore connecté. Les connexions se définissent dans patchcord.yaml ou par PUT /v1/connections/{name}.",
    state: {
      starting: "Première vérification en cours",
      well: "Fonctionne",
      degraded: "Fonctionne en partie",
      "needs-attention": "A besoin de vous",
      off: "Désactivée",
    },
    code: {
      platform_unauthorized: "La plateforme ne nous laisse plus entrer : le consentement ou le secret manque.",
      platform_unavailable: "La plateforme ne répond pas. La présence y est affichée avec son âge.",
      platform_throttled: "La plateforme nous a demandé de ralentir.",
      platform_refused: "La plateforme refuse ce que nous demandons.",
      throttled:
        "La plateforme nous a demandé de nous taire plus d’une minute. La présence y est plus ancienne que d’habitude.",
      stretched:
        "Il y a plus de personnes que les limites de la plateforme ne permettent de lire en quelques secondes.",
      "push-silent":
        "La plateforme n’a rien envoyé depuis dix minutes malgré des changements. Nous les lisons nous-mêmes.",
      "push-blocked":
        "La plateforme avait cessé ses envois parce que nos réponses échouaient ou arrivaient trop tard. Nous nous sommes réabonnés.",
      "push-refused": "La plateforme ne nous laisse pas nous abonner à ses envois. Nous lisons la présence nous-mêmes.",
      stream_taken: "Un autre programme y a pris notre flux d’événements ; les nouvelles arrivent tard.",
    },
    fix: {
      platform_unauthorized: "Donnez à nouveau le consentement, ou saisissez un nouveau secret pour cette connexion.",
      platform_unavailable: "Regardez la page d’état de la plateforme, et si ce service peut l’atteindre.",
      platform_throttled:
        "Rien : cela se rétablit tout seul. Si cela dure, une autre application consomme les mêmes limites.",
      platform_refused: "Lisez ci-dessous ce que dit la plateforme, et corrigez les réglages de la connexion.",
      throttled: "Rien : cela se rétablit tout seul. Si cela dure, une autre application consomme les mêmes limites.",
      stretched: "Activez les envois de la plateforme, ou inscrivez moins de personnes sur cette connexion.",
      "push-silent": "Vérifiez que la plateforme peut atteindre l’adresse ci-dessous.",
      "push-blocked":
        "Cherchez pourquoi les livraisons ont échoué : la base de données, le réseau ou un proxy devant ce service.",
      "push-refused":
        "Lisez ci-dessous ce que dit la plateforme ; la présence reste juste, seulement un peu plus tardive.",
      stream_taken: "Donnez à Patchcord un nom d’application propre dans les réglages de cette connexion.",
    },
    elseFix: "Lisez ci-dessous ce que dit la plateforme.",
    says: "Ce que dit la plateforme",
    missing: "Autorisations à accorder",
    since: (age) => `depuis ${age}`,
    swept: (age) => `Présence lue il y a ${age}`,
    synced: (age) => `Annuaire lu il y a ${age}`,
    never: "Pas encore lu",
    address: "Adresse pour ses événements",
    copy: "Copier l’adresse",
    copied: "Copiée",
    check: "Vérifier maintenant",
    checking: "Demandé. La réponse s’affiche ici dans un moment.",
    consent: "Aller au consentement",
  },

  experts: {
    title: "Experts",
    intro: "Les demandes peuvent-elles les atteindre ? Chaque ligne dit quoi réparer.",
    none: "Aucun expert n’est encore inscrit. Inscrivez-les dans patchcord.yaml ou par PUT /v1/experts/{id}.",
    level: { green: "En ordre", amber: "Pourrait être mieux", red: "À réparer", unknown: "Inconnu" },
    all: "Tous",
    filter: "Afficher",
    name: "Nom",
    state: "État",
    what: "À faire",
    checked: "Vérifié",
    unchecked: "pas encore",
    ladder: "Comment une demande leur parvient, étape par étape",
    lines: (name) => `Tout ce qui a été regardé pour ${name}`,
    check: (n) => count(n, { one: "Vérifier à nouveau # expert", other: "Vérifier à nouveau # experts" }),
    asked: (n) =>
      count(n, {
        one: "Les plateformes sont interrogées sur # expert.",
        other: "Les plateformes sont interrogées sur # experts.",
      }),
  },

  app: {
    title: "Application Teams",
    intro:
      "Trois étapes, une seule fois : faire le paquet et le charger, donner le consentement, l’installer aux experts.",
    none: "Il n’y a pas encore de connexion à Microsoft Teams. Définissez-en une dans patchcord.yaml, puis revenez.",
    connection: "Connexion",
    packaging: {
      title: "1 · Le paquet",
      body: "Ou à la main : téléchargez-le et chargez-le dans le centre d’administration Teams, sous Applications Teams, Gérer les applications, Charger une nouvelle application.",
      center: "Ouvrir le centre d’administration Teams",
      make: "Faire et télécharger",
      made: (name, size) => `${name}, ${size}. Vérifié selon nos règles : rien à corriger.`,
      schema:
        "Les schémas de Microsoft sont vérifiés par la commande npm run teams:package, qui fait le même fichier octet pour octet.",
      wrong: (n) =>
        count(n, { one: "Pas de paquet : # chose à corriger.", other: "Pas de paquet : # choses à corriger." }),
      more: "Autres réglages",
      field: {
        baseUrl: "Adresse de cette installation",
        appId: "ID d’application (client)",
        botId: "ID client du bot, si c’est un autre",
        appVersion: "Version de l’application ; augmentez-la à chaque chargement",
        manifestVersion: "Version du manifeste",
        developerName: "Qui l’exploite",
        websiteUrl: "Où trouver de l’aide",
        privacyUrl: "Politique de confidentialité",
        termsUrl: "Conditions d’utilisation",
      },
      newest: (version) => `${version} (la plus récente)`,
    },
    upload: {
      go: "Charger dans Teams",
      reviewed: "Quelqu’un d’autre l’examine d’abord",
      who: "Vous vous connectez ensuite avec un compte qui peut gérer les applications Teams (rôle Administrateur Teams ; pour un examen, n’importe quel compte). Son autorisation sert à ce seul chargement et n’est gardée nulle part.",
      leaving: "Vers la connexion…",
      last: "Dernier chargement",
      state: {
        new: (version) => `La version ${version} est dans le catalogue. Passez au consentement.`,
        updated: (version) => `La version ${version} a remplacé la précédente.`,
        submitted: (version) =>
          `La version ${version} attend son examen : centre d’administration Teams, Gérer les applications, En attente d’approbation.`,
      },
      refused: (version) => `La version ${version} n’a pas été chargée.`,
      why: {
        "sign-in":
          "La connexion n’est pas allée au bout, ou le consentement au chargement n’a pas été donné. Réessayez ; si votre organisation exige le consentement d’un administrateur, laissez-le charger.",
        forbidden:
          "Ce compte ne peut pas charger d’applications. Connectez-vous comme Administrateur Teams, ou choisissez l’examen. Vérifiez aussi que les paramètres de l’organisation autorisent les applications personnalisées.",
        exists:
          "Une application avec cet ID est déjà là sans être visible, le plus souvent parce qu’elle attend un examen. Faites-la approuver ou rejeter dans le centre d’administration Teams, puis chargez de nouveau.",
        invalid: "Teams refuse le paquet. Ce qu’il dit est ci-dessous ; corrigez-le et chargez de nouveau.",
        platform_unauthorized:
          "Entra n’accepte pas le secret client de cette connexion. Saisissez-en un nouveau, puis chargez de nouveau.",
        platform_throttled: "Microsoft nous demande de ralentir. Chargez de nouveau dans une minute.",
        platform_unavailable:
          "Microsoft ne répond pas. Chargez de nouveau dans une minute : rien n’est chargé deux fois.",
      },
      version: (there) =>
        `Le catalogue a déjà la ${there} et n’accepte qu’une version plus haute. Si rien n’a changé, il n’y a rien à faire ; sinon, chargez la version maintenant inscrite.`,
      elseWhy: (code) => `Teams l’a refusée (${code}). Chargez de nouveau, ou à la main.`,
      says: "Ce que dit Teams",
    },
    consent: {
      title: "2 · Le consentement",
      body: "Un seul consentement pour tout ce que demande l’inscription. Chaque autorisation permet une chose ; omettez ce dont vous ne voulez pas.",
      give: "Donner le consentement",
      check: "Vérifier le consentement",
      permission: "Autorisation",
      unlocks: "Permet",
      level: "Niveau",
      state: "État",
      reads: "lecture seule",
      writes: "modifie quelque chose dans Teams",
      feature: {
        presence: "voir qui est libre",
        directory: "trouver des collègues par nom, service et numéro",
        photos: "voir le visage à côté du nom",
        calendar: "savoir jusqu’à quand quelqu’un est en réunion",
        hold: "afficher « En communication » pendant que quelqu’un parle à un client",
        meetings: "ouvrir une réunion vidéo avec un expert",
        install: "installer cette application, et aucune autre, aux experts",
      },
      granted: "accordée",
      missing: "manque",
      unknown: "pas encore connu",
      unused: "non utilisée par cette connexion",
      readOnly:
        "Le niveau lecture seule n’a besoin que des deux premières : mettez features: [] dans la connexion. L’application arrive alors par une stratégie de configuration.",
    },
    install: {
      title: "3 · Installer aux experts",
      noCatalog:
        "Chargez d’abord l’application : son ID dans le catalogue est alors connu ici. Chargée à la main, mettez cet ID dans la connexion comme catalogAppId, ou utilisez une stratégie de configuration.",
      start: (n) => count(n, { one: "Installer à # expert", other: "Installer à # experts" }),
      started: (n) =>
        n === 0
          ? "Tous l’ont déjà."
          : count(n, { one: "# installation commencée.", other: "# installations commencées." }),
      progress: (done, all) => `${done} experts sur ${all} ont l’application`,
      state: {
        installed: "installée",
        wanted: "en cours d’installation",
        missing: "non installée",
        failed: "n’a pas pu être installée",
        blocked: "bloquée par cette personne",
        unknown: "pas encore regardée",
      },
      reason: {
        platform_unauthorized: "L’autorisation d’installer manque. Donnez le consentement, puis installez à nouveau.",
        platform_refused: "Teams a refusé. Vérifiez que l’application est permise à cette personne.",
        unreachable:
          "Teams dit que cette application ne peut pas être installée à cette personne. Vérifiez la stratégie d’autorisation.",
        unsupported: "Il manque catalogAppId à la connexion.",
        not_found: "Teams ne connaît plus cette personne.",
      },
      elseReason: (code) => `Teams n’a pas dit pourquoi (${code}). Réessayez.`,
      result: "Résultat",
      none: "Aucun expert n’a de compte sur cette connexion.",
    },
  },

  rules: {
    title: "Règles de présence",
    intro:
      "Ce que quelqu’un affiche sur une plateforme peut se suivre sur les autres. Essayez les règles sur une journée avant de les activer.",
    now: "En vigueur",
    preset: {
      "in-call-both-ways": "En appel, dans les deux sens",
      "full-two-way": "Complet dans les deux sens",
      "read-only": "Lecture seule",
    },
    about: {
      "in-call-both-ways": "Un appel d’un côté s’affiche de l’autre. Rien d’autre.",
      "full-two-way": "Occupé, ne pas déranger et pauses s’affichent aussi de l’autre côté.",
      "read-only": "Rien n’est jamais écrit. On ne sollicite pas qui est occupé.",
    },
    own: "Règles à vous",
    ownCount: (n) => count(n, { one: "# règle à vous", other: "# règles à vous" }),
    version: (version, when) =>
      when ? `Version ${version}, ${when}.` : "Celle par défaut, que personne n’a modifiée.",
    exceptions: (teams, people) =>
      `Exceptions : ${count(teams, { one: "# service", other: "# services" })}, ${count(people, { one: "# personne", other: "# personnes" })}.`,
    tryOut: "Essayer",
    choose: "Quelles règles",
    rule: {
      where: "Quand",
      availability: "affiche",
      activity: "et",
      effect: "alors",
      show: "comme",
      any: "n’importe quoi",
      sides: {
        uc: "une plateforme de bureau",
        "contact-center": "un centre de contact",
        "*": "n’importe quelle plateforme",
      },
      effects: {
        hold: "l’afficher de l’autre côté",
        "set-state": "mettre l’état du centre de contact",
        "do-not-route": "ne pas proposer de travail",
        ignore: "rien",
      },
      add: "Ajouter une règle",
      remove: (n) => `Retirer la règle ${n}`,
      label: (n, what) => `Règle ${n} : ${what}`,
    },
    recorded: {
      which: "Quel jour",
      supplied: "Un jour inventé, ci-dessous",
      recorded: "Un jour tel qu’il fut",
      off: "Votre organisation ne garde pas d’historique de présence, ce qui est la valeur par défaut : ce sont des données sur les employés. Un administrateur peut le faire garder, 30 jours au plus, avec historyDays dans patchcord.yaml ou PUT /v1/presence-settings.",
      day: "Jour",
      who: "Ajouter une personne par son nom",
      nobody: "Personne de ce nom.",
      add: (name) => `Ajouter ${name}`,
      remove: (name) => `Retirer ${name}`,
      noted: "Le fait d’avoir consulté les relevés de quelqu’un est noté dans le journal d’audit.",
      nothing: "Rien n’a été relevé ce jour-là.",
      cut: "Il s’est passé plus de choses ce jour-là que l’on n’en examine.",
    },
    day: {
      title: "La journée",
      at: "heure",
      platform: "plateforme",
      add: "Ajouter un événement",
      remove: (n) => `Retirer l’événement ${n}`,
      label: (n, what) => `Événement ${n} : ${what}`,
      onQueue: "en file",
      sample: "Une journée d’exemple",
    },
    result: {
      title: "Ce qui se serait passé",
      writes: (n) =>
        count(n, { one: "# fois quelque chose aurait été écrit.", other: "# fois quelque chose aurait été écrit." }),
      nothing: "Rien n’aurait été écrit.",
      own: "affiche",
      ours: "nous affichons",
      why: "Pourquoi",
      faulty: "Ces règles ne peuvent pas être activées :",
    },
    apply: "Activer pour tous",
    confirm: (name, teams, people) =>
      `« ${name} » vaut alors en dix secondes pour tous sauf ${count(teams, { one: "# service", other: "# services" })} et ${count(people, { one: "# personne", other: "# personnes" })} avec leurs propres règles.`,
    confirmed: "Oui, activer",
    applied: "Activé.",
    same: "Ces règles sont déjà en vigueur.",
  },

  audit: {
    title: "Journal",
    intro: "Qui a fait quoi, le plus récent d’abord. Ni textes ni numéros de clients n’y figurent.",
    at: "Quand",
    actor: "Qui",
    action: "Quoi",
    target: "Au sujet de",
    none: "Rien n’a encore été fait.",
  },
};
