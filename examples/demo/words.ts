/** What the people of the demo write to each other. */

/** What a request says: its name, which the vendor keeps to itself, and its message. `{who}` are the people it is about. */
export type Letter = readonly [name: string, message: string]

/** Requests to all the customers that some people look after. */
export const SUPPORT: Readonly<Record<'en' | 'fr', readonly Letter[]>> = {
  en: [
    ['QuarterlySupport', 'Your account managers for the coming months: {who}.'],
    ['StocktakingHelp', 'You asked for help with the stocktaking. {who} would do it with you, in the evenings only.'],
    [
      'NewCatalogue',
      'The new catalogue comes out next month. {who} will check that your prices and pictures have come over as they should.\n\nNothing is published without your word.',
    ],
    ['YearEnd', 'For the closing of the year: {who}. As in every year, access is needed until the books are shut.'],
    [
      'Migration',
      'Dear customer,\n\nyour ledgers move to the new press in four steps: a copy on trial, a comparison line by line, the move itself, and a week in which both are kept. {who} will be with you the whole way, seeing what you see.\n\nIf the week does not suit you, reject this request and write which one does; we will send another. If you have trusted persons who should be present, tell us their names. Nothing of your correspondence is read, and what we write down about the move is yours to see.\n\nWith kind regards,\nClassics, Inc.',
    ],
    ['Training', '{who} can show your new colleagues around.'],
    ['PriceReview', ''],
  ],
  fr: [
    ['SuiviTrimestriel', 'Vos interlocuteurs pour les prochains mois\u00a0: {who}.'],
    ['Inventaire', "Vous nous avez demandé de l'aide pour l'inventaire. À votre service\u00a0: {who}, le soir uniquement."],
    [
      'ClotureAnnuelle',
      "Madame, Monsieur,\n\npour la clôture de l'année, les personnes suivantes ont besoin d'accéder à vos comptes\u00a0: {who}. Comme chaque année, l'accès n'est utile que jusqu'à l'arrêté des écritures. Si cette période ne vous convient pas, rejetez la demande en nous indiquant une autre date.\n\nVeuillez agréer nos salutations les plus distinguées.",
    ],
    ['NouveauCatalogue', 'Le nouveau catalogue paraît le mois prochain. Vérification de vos prix et de vos images\u00a0: {who}.'],
  ],
}

/** Requests to one customer, about something that has gone wrong. */
export const TROUBLE: Readonly<Record<'en' | 'fr', readonly Letter[]>> = {
  en: [
    ['PrinterJam', 'You wrote that invoices print twice. {who} would like to see it happen.'],
    ['LostOrder', 'Order 1847 is missing on our side too. We should look together.'],
    ['SlowSearch', '{who} will find out why the search takes so long since Monday.'],
    ['WrongTotals', 'The totals of last month differ by three shillings and sixpence. {who} will look for them. It may take two days.'],
    ['LoginTrouble', 'About your letter of yesterday.'],
  ],
  fr: [
    ['FactureEnDouble', 'Vous nous avez écrit que les factures sortent en double. Nous aimerions le constater sur place.'],
    ['TotauxErrones', 'Les totaux du mois dernier diffèrent de trois sous. Recherche de la cause\u00a0: {who}.'],
    ['CommandePerdue', 'Au sujet de votre lettre du 12.'],
  ],
}

/** Requests about a case in chancery, which is never closed. */
export const CHANCERY: readonly Letter[] = [
  ['CaseFile', 'The index of the case file has to be rebuilt again, by {who}.'],
  ['Affidavits', 'Thirty more affidavits have arrived to be entered. {who} can start tomorrow.'],
  ['Costs', 'For the bill of costs: {who}.'],
  [
    'BundleOfDeeds',
    'A bundle of deeds was filed under the wrong plaintiff. We would like to move it before the next hearing, with somebody of yours.',
  ],
  ['Injunction', 'The injunction changes who may see the wills. {who} will set the rights as the court has ordered.'],
  [
    'NewWill',
    'A new will has been found. As you know, this means that all that was entered under the old one is to be marked, copied, and entered again: some four thousand entries. {who} would need about three weeks.\n\nWe are sorry to come back so soon.',
  ],
  ['Hearing', 'Before the hearing on Thursday.'],
  ['Wards', '{who} will add the wards in court to the address book.'],
]

/** Requests of the other vendor. */
export const BOOKKEEPING: readonly Letter[] = [
  ['Travels', 'We travel through your parts next month, and would audit the books on the way: {who}.'],
  ['PettyCash', 'The petty cash, as agreed over dinner.'],
  ['Receipts', '{who} would like to copy the receipts of the quarter.'],
]

/** What is answered: to a grant, to a rejection, to the end of an access. */
interface Answers {
  readonly grant: readonly string[]
  readonly reject: readonly string[]
  readonly revoke: readonly string[]
}

export const ANSWERS: Readonly<Record<'en' | 'fr' | 'ar' | 'ja', Answers>> = {
  en: {
    grant: [
      '',
      'Welcome.',
      'With pleasure. Please ring before you begin.',
      'Granted until the end of the quarter. Ask again if it takes longer.',
      'Fine by us. Mind the third ledger: it is kept by hand, and must not be touched before the auditor has seen it.',
      'Thank you for helping so quickly!',
    ],
    reject: [
      '',
      'Not this month, we are short of staff.',
      'We have solved it ourselves, thank you.',
      'Please say in the message what you will do, and send it again.',
      'I do not know these people. Call me first.',
    ],
    revoke: ['', 'All done, thank you.', 'The audit begins tomorrow, and nobody else is to be inside then.', 'We have changed our mind.'],
  },
  fr: {
    grant: [
      '',
      'Bienvenue.',
      'Volontiers. Merci de prévenir par téléphone avant de commencer.',
      "D'accord jusqu'à la fin du trimestre. Si cela dure plus longtemps, envoyez-nous une nouvelle demande.",
    ],
    reject: ['', 'Pas ce mois-ci, nous manquons de personnel.', 'Le problème est résolu, merci.'],
    revoke: ['', "C'est terminé, merci."],
  },
  ar: { grant: ['أهلًا وسهلًا بكم.', ''], reject: ['ليس هذه الليلة، فالحكاية لم تنتهِ بعد.'], revoke: ['شكرًا لكم، انتهى العمل.'] },
  ja: {
    grant: ['よろしくお願いいたします。', '承知しました。作業の前にご連絡ください。'],
    reject: ['今月は都合がつきません。'],
    revoke: ['作業完了とのこと、ありがとうございました。'],
  },
}

/** Why somebody enters a customer's tenant. */
export const REASONS: readonly string[] = [
  'Ticket 1851: the invoice prints twice',
  'Ticket 1859',
  'Stocktaking, as agreed by telephone',
  'Comparing the ledgers after the move',
  'The customer cannot find an order of last week',
  'Showing a new colleague of theirs around',
  'Prices of the new catalogue',
  'Closing of the year: second part, after the correction that the customer sent on Tuesday. See also the notes in the account file.',
  'Totals differ',
  'Trying what the customer has described, step by step',
  '',
]
