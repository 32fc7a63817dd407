import type { LegalTexts } from "./en.ts";

export const legal: LegalTexts = {
  languages: "Langue",
  contact: (contact) => `Écrivez à ${contact}.`,
  noContact:
    "Demandez aux administrateurs de votre organisation : ils savent qui exploite cette installation et comment les joindre.",
  somebody: "la personne que votre organisation en a chargée",
  privacy: {
    title: "Confidentialité",
    lead: "Ce que Patchcord conserve sur vous et sur les clients, pourquoi, combien de temps, et comment c’est effacé.",
    who: {
      title: "Qui est responsable",
      body: (provider) =>
        `Votre organisation décide de l’usage de Patchcord et en est responsable. Cette installation est exploitée par ${provider}, pour le compte de votre organisation.`,
    },
    what: {
      title: "Ce qui est conservé, et combien de temps",
      columns: ["Quoi", "Pourquoi", "Combien de temps"],
      rows: [
        [
          "Collègues : nom, adresse et téléphone professionnels, service, fonction, site, langue ; une photo si votre organisation les montre",
          "Pour que les agents trouvent à qui demander, et que le bon téléphone sonne",
          "Tant que l’annuaire de votre organisation vous contient. Ensuite, vous n’êtes plus montré ni sollicité ; votre nom reste dans les demandes auxquelles vous avez pris part. Les photos sont effacées alors, ou dès que votre organisation n’en montre plus.",
        ],
        [
          "Disponibilité : libre, en communication ou absent, comme le montrent Microsoft Teams, RingCentral et le centre de contact",
          "Pour ne solliciter personne qui ne peut répondre",
          "La dernière seulement. Aucun historique, sauf si votre organisation l’a activé : alors le nombre de jours qu’elle a choisi, 30 au plus.",
        ],
        [
          "La demande d’un client : la question, le nom ou le numéro, les détails utiles à la réponse, les réponses écrites",
          "Pour que le collègue sache de quoi il s’agit avant de parler",
          "Un jour après la fin de la conversation, sauf autre choix de votre organisation : d’aussitôt à 30 jours. Les cartes qui la montraient sont alors vidées.",
        ],
        [
          "Qui a demandé à qui, quand, et ce qui en est sorti, sans ce qui a été dit",
          "Quotas, chiffres pour les superviseurs, ordre équitable des experts",
          "Tant que votre organisation utilise Patchcord",
        ],
        [
          "Qu’un client est déjà venu : une empreinte chiffrée dont personne ne peut tirer le numéro ni le nom",
          "Pour qu’il arrive chez le collègue qui le connaît",
          "30 jours",
        ],
        [
          "Les réponses qu’un expert a gardées, sans données personnelles et approuvées par lui",
          "Pour qu’une question ne soit pas posée deux fois",
          "Jusqu’à ce que l’expert ou votre organisation les retire",
        ],
        [
          "Qui a changé quoi dans les réglages, par identifiants",
          "Pour pouvoir rendre compte des changements",
          "Tant que votre organisation utilise Patchcord",
        ],
        [
          "Traces techniques : identifiants d’événements, messages aux systèmes de votre organisation, réponses aux requêtes répétées",
          "Pour que rien ne se perde ni n’arrive deux fois",
          "Trois jours, 14 jours et un jour",
        ],
      ],
    },
    not: {
      title: "Ce qui ne l’est pas",
      items: [
        "Patchcord n’enregistre et n’écoute ni appels ni réunions.",
        "Les numéros de cartes de paiement sont masqués avant tout enregistrement.",
        "Rien n’est vendu, ni utilisé pour la publicité ou pour entraîner des modèles. Ni suivi ni mesure d’audience.",
        "Les mots de passe ne sont jamais vus. Vous vous connectez auprès de votre organisation.",
      ],
    },
    where: {
      title: "Où cela va",
      body: "Aux plateformes que votre organisation a connectées, et à personne d’autre. Les détails des clients sont conservés chiffrés, avec des clés propres à votre organisation. Ce qui arrive dans Microsoft Teams ou RingCentral y reste selon les règles de votre organisation.",
    },
    cookies: {
      title: "Cookies",
      body: "Pour la connexion seulement : un qui dure huit heures au plus, et un pour les quelques minutes de la connexion elle-même. Ce que vous choisissez dans les pages, comme l’affichage, reste dans votre navigateur.",
    },
    delete: {
      title: "Accès et effacement",
      body: "Votre page dans Patchcord montre ce qu’il sait de votre disponibilité, et pourquoi. Votre organisation peut vous retirer à tout moment, effacer tout ce qui touche un client en une étape avec un reçu, et faire effacer toutes ses données : il ne reste alors rien. Qui retire l’application de Teams n’y reçoit plus de demandes.",
    },
    ask: { title: "Questions, accès, rectification, effacement" },
  },
  terms: {
    title: "Conditions d’utilisation",
    lead: "Ce que vous pouvez attendre de Patchcord, et ce qui est attendu de vous.",
    sections: [
      {
        title: "Qui peut l’utiliser",
        body: "Les personnes de l’organisation pour laquelle cette installation a été faite, pour leur travail et avec la connexion de cette organisation. Le contrat entre votre organisation et l’exploitant de cette installation prime sur cette page.",
      },
      {
        title: "Ce qu’il fait",
        body: "Il trouve un collègue pour la question d’un client, le sollicite et les met en relation. Il agit sur les plateformes que votre organisation a connectées, avec les autorisations qu’elle a données et peut reprendre.",
      },
      {
        title: "Ce à quoi il ne sert pas",
        body: "Aux appels d’urgence : ce n’est pas un moyen de joindre les secours. Ni à surveiller en secret le travail : la disponibilité sert à diriger les demandes.",
      },
      {
        title: "Ce qui est attendu de vous",
        body: "Ne partagez que ce dont le collègue a besoin pour aider le client, sans données de paiement ni de santé, et gardez pour vous ce que vous apprenez, selon les règles de votre organisation.",
      },
      {
        title: "Disponibilité du service",
        body: "Elle dépend de plateformes tierces. Quand l’une fait défaut, Patchcord le dit et laisse le client avec l’agent. Cette page ne promet aucune disponibilité ; votre organisation peut en avoir une dans son contrat.",
      },
      {
        title: "Le logiciel",
        body: "Patchcord est un logiciel libre sous licence Apache 2.0, fourni sans garantie, comme le dit cette licence.",
      },
    ],
    who: { title: "Qui l’exploite", body: (provider) => `Cette installation est exploitée par ${provider}.` },
  },
};
