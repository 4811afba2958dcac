/** What `consentry-request-editor` says, in French. */
import { counted } from '../counted.js'
import type { Texts } from '../texts.js'

export const editor: Texts['editor'] = {
  title: 'Créer une nouvelle demande',
  lead: "Demandez l'accès aux locataires de vos clients pour vos employés. Chaque locataire reçoit une demande distincte et y répond lui-même.",
  name: 'Nom de la demande',
  nameHint: 'Lettres et chiffres, sans espaces. Vos clients ne le voient pas.',
  nameMissing: 'Saisissez un nom de demande.',
  nameInvalid: 'Le nom ne peut inclure que des lettres et des chiffres, sans espaces ni caractères spéciaux.',
  nameTooLong: (most) => `Le nom ne peut pas dépasser ${most} caractères.`,
  message: 'Message',
  messageHint: 'Vos clients lisent ce message, mais ni le nom ni les personnes\u00a0: dites qui et pourquoi.',
  associations: 'Associations locataires-utilisateurs',
  associationsHint: 'Une association indique quels utilisateurs demandent accès à quels locataires.',
  association: (number) => `Association\u00a0${number}`,
  inAssociation: (number, issue) => `Association\u00a0${number}\u00a0: ${issue}`,
  newAssociation: 'Nouvelle association',
  edit: 'Modifier',
  remove: 'Retirer',
  removed: (association) => `${association} est retirée.`,
  undo: 'Annuler le retrait',
  tabs: { users: 'Utilisateurs', tenants: 'Locataires' },
  assign: { users: 'Attribuer des employés', tenants: 'Attribuer des locataires' },
  search: { users: 'Rechercher des utilisateurs', tenants: 'Rechercher des locataires' },
  notFound: { users: 'Aucun utilisateur ne correspond à la recherche.', tenants: 'Aucun locataire ne correspond à la recherche.' },
  notSearched: "La recherche n'a pas abouti.",
  nobody: { users: "Aucun utilisateur n'est encore attribué.", tenants: "Aucun locataire n'est encore attribué." },
  chosen: 'attribué',
  findChosen: 'Rechercher parmi les attribués',
  before: 'Afficher les précédents',
  confirm: 'Confirmer',
  byHand: {
    users: "Identifiants d'utilisateurs",
    tenants: 'Identifiants de locataires',
    hint: "Il n'y a pas de recherche ici. Un identifiant comporte de 1 à 128 lettres, chiffres et signes, sans espaces ni accents. Séparez-les par une espace.",
    add: 'Ajouter',
    missing: "Saisissez d'abord un identifiant.",
    wrong: (id) => `${id} n'est pas un identifiant.`,
  },
  counts: {
    users: (count, formats) => counted(count, formats, '1 utilisateur', (n) => `${n} utilisateurs`),
    tenants: (count, formats) => counted(count, formats, '1 locataire', (n) => `${n} locataires`),
    move: (count, formats) =>
      formats.plural(count, { one: `Déplacer ${count} sélectionné`, other: `Déplacer ${formats.number(count)} sélectionnés` }),
    listed: (count, formats) => formats.plural(count, { one: `${count} affiché`, other: `${formats.number(count)} affichés` }),
    more: (count, formats) => counted(count, formats, 'et 1 autre', (n) => `et ${n} autres`),
    ticked: (count, formats) =>
      counted(
        count,
        formats,
        '1 élément est sélectionné sans être déplacé. Déplacez-le ou décochez-le.',
        (n) => `${n} éléments sont sélectionnés sans être déplacés. Déplacez-les ou décochez-les.`,
      ),
    removeMarked: (count, formats) =>
      counted(
        count,
        formats,
        "Retirer l'entrée qui ne peut pas être envoyée",
        (n) => `Retirer ${n} entrées qui ne peuvent pas être envoyées`,
      ),
    willBeSent: (count, formats) =>
      counted(count, formats, '1 demande distincte sera envoyée', (n) => `${n} demandes distinctes seront envoyées`),
    sent: (count, formats) => counted(count, formats, '1 demande est envoyée', (n) => `${n} demandes distinctes sont envoyées`),
  },
  marks: {
    'unknown-user': 'ne fait plus partie de vos utilisateurs',
    'unknown-tenant': 'ne peut pas être sollicité',
    'own-tenant': 'votre propre locataire',
    'too-many-open': 'trop de demandes ouvertes',
  },
  marked: 'une entrée ne peut pas être envoyée. Retirez-la ou choisissez-en une autre.',
  missing: {
    associations: 'Ajoutez une association.',
    users: 'attribuez au moins un utilisateur.',
    tenants: 'attribuez au moins un locataire.',
  },
  merged: "Une personne est citée plusieurs fois pour le même locataire. Elle n'y est demandée qu'une fois.",
  limits: {
    tenants: (count, most) => `Cette demande cite ${count} locataires, et une demande en admet ${most}. Divisez-la.`,
    pairs: (count, most) =>
      `Cette demande forme ${count} paires d'un utilisateur et d'un locataire, et une demande en admet ${most}. Divisez-la.`,
    users: (count, most) => `Cette demande cite ${count} utilisateurs pour un même locataire, et une demande en admet ${most}. Divisez-la.`,
  },
  nothingYet: 'Aucune demande ne sera encore envoyée',
  nothingYetText: "Dès qu'une association a des utilisateurs et des locataires, vous voyez ici qui reçoit une demande, et pour qui.",
  lookingUp: "Recherche de ce qui s'y trouve déjà",
  pending: (name, relative) => `Déjà en attente par ${name}, envoyée ${relative}\u00a0:`,
  pendingSome: 'Déjà en attente\u00a0:',
  granted: 'Accès déjà accordé\u00a0:',
  legacyClosed: "L'outil hérité y est fermé.",
  alreadySent: "Cette demande a déjà été envoyée. L'enregistrer de nouveau n'envoie rien et l'affiche.",
  save: 'Enregistrer',
  sentText: 'Chaque locataire répond lui-même. Les réponses figurent sur la page de la demande.',
  seeRequest: 'Voir la demande',
  newRequest: 'Nouvelle demande',
  discard: {
    title: 'Abandonner cette demande\u00a0?',
    text: "Elle n'a pas été envoyée. Votre saisie sera perdue.",
    keep: 'Continuer la saisie',
    now: 'Abandonner',
  },
  alerts: {
    tooMuch: "La demande cite plus d'utilisateurs et de locataires que le serveur n'en admet à la fois. Divisez-la en plusieurs.",
    moreIssues: "D'autres entrées que celles signalées ne peuvent pas être envoyées. Corrigez celles-ci, puis enregistrez de nouveau.",
    alreadySubmitted:
      "Une autre demande a été envoyée à la place de celle-ci. Consultez vos demandes sortantes avant d'enregistrer de nouveau.",
    earlier: 'Ce que vous aviez saisi avant votre dernière modification a bien été envoyé. Enregistrer envoie une autre demande.',
    meanwhile: 'Un collègue a fait la même demande entre-temps\u00a0: voyez ce qui est en attente. Enregistrer envoie aussi la vôtre.',
  },
  trouble: {
    impersonating: {
      title: 'Vous êtes dans un autre locataire',
      text: "Quittez-le d'abord. Les demandes sont envoyées par des personnes qui agissent sous leur propre nom.",
    },
    'not-permitted': { title: 'Vous ne pouvez pas envoyer de demandes', text: 'Adressez-vous à un administrateur de votre locataire.' },
    'not-found': { title: "Cette demande n'existe pas", text: "Le lien est peut-être incomplet, ou votre locataire ne l'a pas envoyée." },
  },
  errors: {
    impersonating:
      "Vous agissez dans un autre locataire, et seule une personne qui agit sous son propre nom peut envoyer une demande. Quittez d'abord ce locataire.",
    'not-permitted': 'Vous ne pouvez plus envoyer de demandes. Adressez-vous à un administrateur de votre locataire.',
    unreachable:
      "Le serveur n'a pas répondu\u00a0: on ne sait pas si la demande a été envoyée. Vous pouvez enregistrer de nouveau sans risque\u00a0: elle n'est envoyée qu'une fois.",
  },
}
