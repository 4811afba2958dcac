/** The texts of the elements in German: an object of the type `Texts`, so that a text that is missing does not compile. */
import type { Formats, Texts } from 'consentry/elements'

/** Returns a text about one thing or several. */
const counted = (one: string, other: (count: string) => string) => (count: number, formats: Formats) =>
  formats.plural(count, { one, other: other(formats.number(count)) })

const shared: Texts['shared'] = {
  retry: 'Erneut versuchen',
  cancel: 'Abbrechen',
  close: 'Schließen',
  loading: 'Wird geladen',
  status: {
    pending: 'Offen',
    granted: 'Gewährt',
    rejected: 'Abgelehnt',
    withdrawn: 'Zurückgezogen',
    revoked: 'Widerrufen',
    expired: 'Abgelaufen',
    lapsed: 'Verfallen',
    removed: 'Entfernt',
  },
  trouble: {
    unreachable: {
      title: 'Keine Verbindung',
      text: 'Der Server ist nicht erreichbar oder hat nicht geantwortet. Ihre Eingaben sind nicht verloren.',
    },
    busy: {
      title: 'Zurzeit nicht verfügbar',
      text: 'Der Server kann das gerade nicht nachsehen. Versuchen Sie es in einer Minute erneut.',
    },
    'not-logged-in': {
      title: 'Sie sind nicht angemeldet',
      text: 'Ihre Anmeldung ist abgelaufen. Melden Sie sich wieder an und kehren Sie dann zu dieser Seite zurück.',
    },
    impersonating: {
      title: 'Sie sind in einem anderen Mandanten',
      text: 'Verlassen Sie ihn zuerst. Diese Seite ist für Personen, die unter ihrem eigenen Namen handeln.',
    },
    'not-permitted': {
      title: 'Sie haben keinen Zugang zu dieser Seite',
      text: 'Sie ist für Personen, die Anfragen beantworten. Wenden Sie sich an die Administration Ihres Mandanten.',
    },
    'not-found': {
      title: 'Diese Anfrage gibt es nicht',
      text: 'Vielleicht ist der Link unvollständig, oder die Anfrage ist nicht an Ihren Mandanten gerichtet.',
    },
    unknown: {
      title: 'Etwas ist schiefgegangen',
      text: 'Der Server konnte das nicht tun. Versuchen Sie es erneut. Wenn es wieder geschieht, sagen Sie Ihrer Administration Bescheid.',
    },
  },
  outdated: 'Diese Angaben konnten nicht aktualisiert werden.',
  sent: (when) => `Gesendet am ${when}`,
  tag: (tag) => `Nr. ${tag}`,
  noMessage: 'Keine Nachricht',
  endsAt: (when) => `Endet am ${when}`,
  noEnd: 'Unbefristet',
  lapses: (relative) => `Verfällt ${relative}`,
  by: (user) => `von ${user}`,
  colleague: 'jemandem aus Ihrem Mandanten',
  endings: {
    expired: () => 'Der Zugriff ist zum festgelegten Zeitpunkt von selbst abgelaufen.',
    rejected: (user) => `Die Anfrage wurde von ${user} abgelehnt.`,
    revoked: (user) => `Der Zugriff wurde von ${user} beendet.`,
    givenUp: (tenant) => `${tenant} hat auf den Zugriff verzichtet.`,
    withdrawn: (tenant) => `${tenant} hat die Anfrage zurückgezogen.`,
    lapsed: () => 'Niemand hat rechtzeitig geantwortet. Die Anfrage ist verfallen.',
  },
  errors: {
    summary: (count, formats) =>
      formats.plural(count, {
        one: 'Bitte berichtigen Sie eine Eingabe',
        other: `Bitte berichtigen Sie ${formats.number(count)} Eingaben`,
      }),
    kept: 'Ihre Eingaben bleiben erhalten.',
    unreachable:
      'Der Server hat nicht geantwortet. Es ist nicht bekannt, ob die Änderung ausgeführt wurde. Sie können es gefahrlos erneut versuchen: Zuerst wird nachgesehen.',
    busy: 'Der Server kann das zurzeit nicht tun. Versuchen Sie es in einer Minute erneut.',
    'not-logged-in':
      'Ihre Anmeldung ist abgelaufen. Melden Sie sich in einem anderen Tab wieder an, kehren Sie zurück und versuchen Sie es erneut.',
    impersonating:
      'Sie handeln in einem anderen Mandanten, und nur wer unter eigenem Namen handelt, kann antworten. Verlassen Sie zuerst diesen Mandanten.',
    'not-permitted': 'Sie dürfen keine Anfragen mehr beantworten. Wenden Sie sich an die Administration Ihres Mandanten.',
    'not-found': 'Diese Anfrage gibt es nicht mehr.',
    unknown: 'Der Server konnte das nicht tun. Versuchen Sie es erneut. Wenn es wieder geschieht, sagen Sie Ihrer Administration Bescheid.',
  },
}

const fields: Texts['fields'] = {
  optional: '(freiwillig)',
  messageTo: (tenant) => `Nachricht an ${tenant}`,
  // „Zeichen“ has the same form for one and for many; the verb has not.
  charactersLeft: (count, formats) =>
    `${formats.plural(count, { one: 'Noch ein Zeichen ist', other: `Noch ${formats.number(count)} Zeichen sind` })} möglich`,
  charactersOver: (count, formats) =>
    formats.plural(count, { one: 'Ein Zeichen zu viel', other: `${formats.number(count)} Zeichen zu viel` }),
  messageTooLong: (most, formats) => `Kürzen Sie die Nachricht auf ${formats.number(most)} Zeichen.`,
  messageTooShort: (least, formats) =>
    formats.plural(least, {
      one: 'Schreiben Sie eine Nachricht mit mindestens einem Buchstaben oder einer Ziffer.',
      other: `Schreiben Sie eine Nachricht mit mindestens ${formats.number(least)} Buchstaben und Ziffern.`,
    }),
  messageInvalid: 'Die Nachricht enthält Zeichen, die nicht gesendet werden können. Tippen Sie sie ein, statt sie einzufügen.',
  accessEnds: 'Ende des Zugriffs',
  presets: { today: 'Heute', tomorrow: 'Morgen', week: 'In einer Woche', date: 'An einem bestimmten Tag', never: 'Unbefristet' },
  dateAndTime: 'Datum und Uhrzeit',
  endsThen: (when, zone) => `${when} · ${zone}.`,
  endsNever: 'Der Zugriff dauert an, bis Sie ihn beenden.',
  atTheLatest: (when) => `Spätestens am ${when}.`,
  changeable: 'Sie können das später ändern und den Zugriff jederzeit beenden.',
  dateMissing: 'Wählen Sie ein Datum und eine Uhrzeit.',
  dateSkipped: (zone) => `Diese Uhrzeit gibt es in der Zeitzone ${zone} an diesem Tag nicht (Zeitumstellung). Wählen Sie eine andere.`,
  dateTooSoon: (when) => `Wählen Sie einen Zeitpunkt nach dem ${when}.`,
  dateTooLate: (when) => `Wählen Sie spätestens den ${when}.`,
}

const incoming: Texts['incoming'] = {
  title: 'Eingehende Anfragen',
  lead: 'Wer in Ihrem Mandanten handeln möchte. Ohne Ihre Zustimmung erhält niemand Zugriff, und Sie können ihn jederzeit beenden.',
  filter: 'Nach Status filtern',
  filters: { all: 'Alle', pending: 'Offen', granted: 'Gewährt', rejected: 'Abgelehnt', ended: 'Beendet' },
  more: (count) => `${count}+`,
  search: 'Suchen',
  searchHint: 'Absender, Nachricht, Nummer',
  columns: { from: 'Von', message: 'Nachricht', status: 'Status', action: 'Aktion' },
  manage: 'Bearbeiten',
  view: 'Ansehen',
  requestOf: (tenant) => `die Anfrage von ${tenant}`,
  done: {
    grant: (tenant) => `Zugriff gewährt: ${tenant}`,
    reject: (tenant) => `Anfrage abgelehnt: ${tenant}`,
  },
  showMore: 'Mehr anzeigen',
  found: (count, formats) => `${formats.number(count)} ${formats.plural(count, { one: 'Anfrage', other: 'Anfragen' })}`,
  searchedNewest: (count) => `Es werden die neuesten ${count} durchsucht. Wählen Sie einen Status, um die Suche einzugrenzen.`,
  empty: {
    all: 'Noch keine Anfragen. Wenn jemand in Ihrem Mandanten handeln möchte, erscheint die Anfrage hier.',
    pending: 'Keine Anfrage wartet auf Ihre Antwort.',
    granted: 'Niemand hat durch eine Anfrage Zugriff auf Ihren Mandanten.',
    rejected: 'Es wurde keine Anfrage abgelehnt.',
    ended: 'Noch kein Zugriff ist beendet.',
    search: 'Keine Anfrage entspricht der Suche.',
  },
  showAll: 'Alle Anfragen anzeigen',
  clearSearch: 'Suche löschen',
  back: 'Eingehende Anfragen',
}

const answer: Texts['answer'] = {
  title: (tenant) => `${tenant} bittet um Zugriff`,
  answered: (tenant) => `Die Anfrage von ${tenant}`,
  choice: 'Ihre Antwort',
  grant: 'Gewähren',
  reject: 'Ablehnen',
  sending: 'Wird gesendet',
  closesLegacy: {
    title: 'Wenn Sie zustimmen, wird das bisherige Werkzeug für den Identitätswechsel hier endgültig geschlossen.',
    text: 'Danach haben nur noch die Personen aus Anfragen, denen Sie zugestimmt haben, Zugriff auf Ihren Mandanten, gleich auf welchem Weg.',
  },
  rejecting: {
    title: 'Die Ablehnung dieser Anfrage ist endgültig.',
    text: 'Durch sie erhält niemand Zugriff. Der Absender sieht Ihre Antwort und kann eine neue Anfrage senden.',
  },
  lapses: (relative) => `Ohne Antwort verfällt sie ${relative}.`,
  meanwhile: 'Diese Anfrage wurde inzwischen beantwortet oder beendet. Ihre Antwort wurde nicht gesendet.',
  lookedUp: 'Die Anfrage ist jetzt beantwortet oder beendet. Wenn die Antwort von Ihnen ist, ist sie angekommen.',
  unsent: 'Ihre Nachricht, die nicht gesendet wurde',
  changed: 'Diese Anfrage hat sich geändert, seit Sie sie geöffnet haben. Prüfen Sie sie und antworten Sie dann erneut.',
  requester:
    'Sie gehören auch zu dem Mandanten, der anfragt, und dürfen seine Anfragen nicht beantworten. Überlassen Sie die Antwort jemand anderem aus Ihrem Mandanten.',
  notGrantable:
    'Dieser Anfrage können Sie nicht mehr zustimmen: Ihre Personen sind nicht mehr dabei. Lehnen Sie sie ab oder bitten Sie den Absender um eine neue.',
}

const answerMany: Texts['answerMany'] = {
  all: 'Alle angezeigten auswählen',
  hint: 'Wählen Sie mehrere aus, um sie zusammen zu beantworten.',
  selected: counted('1 ausgewählt', (count) => `${count} ausgewählt`),
  hidden: counted('1 nicht angezeigt', (count) => `${count} nicht angezeigt`),
  most: 'mehr geht nicht auf einmal',
  open: counted('1 beantworten…', (count) => `${count} beantworten…`),
  clear: 'Aufheben',
  title: counted('Eine Anfrage beantworten', (count) => `${count} Anfragen beantworten`),
  nothingLeft: 'Keine Anfrage mehr zu beantworten',
  grantNow: counted('Zugriff gewähren', (count) => `${count} Anfragen zustimmen`),
  rejectNow: counted('Anfrage ablehnen', (count) => `${count} Anfragen ablehnen`),
  message: 'Nachricht an alle',
  rejecting: {
    title: 'Die Ablehnung dieser Anfragen ist endgültig.',
    text: 'Durch sie erhält niemand Zugriff. Die Absender sehen Ihre Antwort und können neue Anfragen senden.',
  },
  done: {
    grant: counted('1 Anfrage zugestimmt', (count) => `${count} Anfragen zugestimmt`),
    reject: counted('1 Anfrage abgelehnt', (count) => `${count} Anfragen abgelehnt`),
  },
  meanwhile: counted(
    'Eine Anfrage wurde inzwischen beantwortet oder beendet. Ihre Antwort erreicht sie nicht.',
    (count) => `${count} Anfragen wurden inzwischen beantwortet oder beendet. Ihre Antwort erreicht sie nicht.`,
  ),
  lookedUp: counted(
    'Eine Anfrage ist jetzt beantwortet oder beendet. Wenn die Antwort von Ihnen ist, ist sie angekommen.',
    (count) => `${count} Anfragen sind jetzt beantwortet oder beendet. Wenn die Antworten von Ihnen sind, sind sie angekommen.`,
  ),
  refused: counted('Eine Anfrage konnte nicht beantwortet werden.', (count) => `${count} Anfragen konnten nicht beantwortet werden.`),
}

const frame: Texts['frame'] = {
  navigation: 'Seiten',
  pages: { incoming: 'Eingehende Anfragen', 'my-access': 'Mein Zugriff', sessions: 'Sitzungen', legacy: 'Bisheriges Werkzeug' },
  incomplete: { title: 'Diese Seite ist nicht vollständig', text: 'Ein Teil konnte nicht geladen werden. Laden Sie die Seite neu.' },
  reload: 'Neu laden',
}

const grant: Texts['grant'] = {
  request: 'Die Anfrage',
  yourAnswer: 'Die Antwort',
  from: 'Von',
  message: 'Nachricht',
  number: 'Nummer',
  sent: 'Gesendet',
  answeredBy: 'Beantwortet von',
  answeredAt: 'Beantwortet',
  ends: 'Endet',
  ended: 'Beendet',
  states: {
    pending: { title: 'Diese Anfrage wartet auf eine Antwort', text: 'Noch hat durch sie niemand Zugriff.' },
    holds: { title: 'Der Zugriff besteht', text: 'Die Personen dieser Anfrage haben Zugriff auf Ihren Mandanten.' },
    soon: {
      title: (relative) => `Der Zugriff endet ${relative}`,
      text: 'Danach hat durch diese Anfrage niemand mehr Zugriff. Ändern Sie das Ende, wenn er länger bestehen soll.',
    },
    ended: {
      title: 'Der Zugriff ist beendet',
      text: 'Durch diese Anfrage hat niemand mehr Zugriff. Was beendet ist, kommt nicht wieder: Dafür braucht es eine neue Anfrage.',
    },
    never: { title: 'Es besteht kein Zugriff', text: 'Durch diese Anfrage hat niemand Zugriff. Dafür braucht es eine neue.' },
  },
  answerNow: 'Antworten',
  changeExpiry: 'Ende ändern',
  saveExpiry: 'Ende speichern',
  saved: 'Das Ende des Zugriffs ist gespeichert.',
  revoke: 'Zugriff widerrufen',
  revoking: {
    title: 'Diesen Zugriff widerrufen?',
    text: 'Er endet sofort, auch für Personen, die gerade in Ihrem Mandanten sind. Er kann nicht zurückgegeben werden: Dafür braucht es eine neue Anfrage.',
  },
  revokeNow: 'Jetzt widerrufen',
  meanwhile: 'Dieser Zugriff wurde inzwischen beendet oder geändert. Ihre Änderung wurde nicht ausgeführt.',
}

const access: Texts['access'] = {
  title: 'Mandanten, in denen Sie handeln können',
  lead: 'Mandanten, für die Sie in einer Anfrage genannt wurden. Zugriff haben Sie nur dort, wo der Status „Gewährt“ lautet.',
  filter: 'Nach Status filtern',
  filters: { all: 'Alle', granted: 'Gewährt', pending: 'Offen', rejected: 'Abgelehnt', ended: 'Beendet' },
  more: (count) => `${count}+`,
  search: 'Suchen',
  searchHint: 'Mandant, Nachricht',
  columns: { tenant: 'Mandant', status: 'Status', access: 'Zugriff', action: 'Aktion' },
  enter: 'Betreten',
  view: 'Ansehen',
  start: 'Sitzung beginnen',
  granted: (when) => `Gewährt am ${when}`,
  message: 'Nachricht des Mandanten',
  renewal: 'Eine Anfrage zur Verlängerung ist offen.',
  askToRenew: 'Bitten Sie Ihre Administration um eine Verlängerung.',
  showMore: 'Mehr anzeigen',
  found: (count, formats) => `${formats.number(count)} ${formats.plural(count, { one: 'Mandant', other: 'Mandanten' })}`,
  searchedNewest: (count) => `Es werden die neuesten ${count} durchsucht. Wählen Sie einen Status, um die Suche einzugrenzen.`,
  empty: {
    all: 'Sie stehen noch in keiner Anfrage. Ihre Administration bittet Mandanten um Zugriff und nennt Sie dabei.',
    granted: 'Zurzeit gewährt Ihnen kein Mandant Zugriff.',
    pending: 'Keine Anfrage, in der Sie stehen, wartet auf eine Antwort.',
    rejected: 'Keine Anfrage, in der Sie stehen, wurde abgelehnt.',
    ended: 'Noch kein Zugriff ist beendet.',
    search: 'Kein Mandant entspricht der Suche.',
  },
  showAll: 'Alle Mandanten anzeigen',
  clearSearch: 'Suche löschen',
}

const entering: Texts['entering'] = {
  myAccess: 'Mein Zugriff',
  reason: 'Grund für diese Sitzung',
  reasonHint: 'Er wird für Ihren eigenen Mandanten aufbewahrt. Der Mandant, den Sie betreten, sieht ihn nicht.',
  reasonTooLong: (most) => `Kürzen Sie den Grund auf ${most} Zeichen.`,
  reasonTooShort: (least) => `Nennen Sie einen Grund (Buchstaben und Ziffern, mindestens ${least}).`,
  reasonInvalid: 'Der Grund enthält Zeichen, die nicht gesendet werden können. Tippen Sie ihn ein, statt ihn einzufügen.',
  starting: 'Wird begonnen',
  inside: (tenant) => `Sie sind im Mandanten ${tenant}`,
  insideUntil: (when) => `Die Sitzung endet spätestens am ${when}.`,
  leaveFirst: 'Verlassen Sie ihn, bevor Sie einen anderen Mandanten betreten.',
  tooMany: (limit) =>
    `Sie haben bereits ${limit} Sitzungen; mehr sind nicht möglich. Beenden Sie eine davon oder warten Sie, bis eine abgelaufen ist.`,
  ownTenant: 'Das ist Ihr eigener Mandant. Sie sind bereits darin.',
  denied: (tenant) => `Sie können den Mandanten ${tenant} nicht betreten`,
  reasons: {
    pending: 'Der Mandant hat die Anfrage noch nicht beantwortet.',
    rejected: 'Der Mandant hat die Anfrage abgelehnt.',
    expired: 'Der Zugriff ist abgelaufen.',
    revoked: 'Der Zugriff wurde widerrufen.',
    withdrawn: 'Ihr eigener Mandant hat die Anfrage zurückgezogen.',
    lapsed: 'Niemand hat die Anfrage rechtzeitig beantwortet.',
    removed: 'Sie stehen nicht mehr in der Anfrage.',
    'not-associated': 'Sie stehen in keiner Anfrage an diesen Mandanten.',
    'legacy-closed': 'Der Mandant entscheidet jetzt über Zugriffsanfragen. Das bisherige Werkzeug ist hier endgültig geschlossen.',
    'legacy-not-permitted': 'Sie dürfen das bisherige Werkzeug für diesen Mandanten nicht verwenden.',
    'no-facts': 'Über diesen Mandanten ist zurzeit nichts bekannt.',
    'invalid-question': 'Diesen Mandanten gibt es nicht.',
  },
  askForRequest: 'Bitten Sie Ihre Administration, Zugriff anzufragen.',
  unsent: 'Ihr Grund, der nicht gesendet wurde',
  trouble: {
    impersonating: {
      title: 'Sie sind in einem anderen Mandanten',
      text: 'Verlassen Sie ihn zuerst. Diese Seite ist für Personen, die unter ihrem eigenen Namen handeln.',
    },
    'not-permitted': {
      title: 'Sie haben keinen Zugang zu dieser Seite',
      text: 'Wenden Sie sich an die Administration Ihres Mandanten.',
    },
    'not-found': { title: 'Hier ist nichts', text: 'Vielleicht ist die Adresse unvollständig.' },
  },
  errors: {
    impersonating: 'Sie sind bereits in einem Mandanten. Verlassen Sie ihn, bevor Sie einen anderen betreten.',
    'not-permitted': 'Sie dürfen keine Sitzung beginnen. Wenden Sie sich an die Administration Ihres Mandanten.',
    'not-found': 'Diesen Mandanten gibt es nicht mehr.',
  },
}

const legacy: Texts['legacy'] = {
  title: 'Bisheriges Werkzeug für den Identitätswechsel',
  doors: { 'legacy-configure': 'Impersonate & Configure', 'legacy-support': 'Impersonate & Support' },
  unknown: {
    title: 'Ob Sie Zugriff haben, wird beim Beginn geprüft.',
    text: 'Das Werkzeug funktioniert, bis der Mandant seiner ersten Zugriffsanfrage zustimmt. Danach haben nur noch Personen Zugriff, die in einer Anfrage stehen, der er zugestimmt hat.',
  },
  granted: {
    title: 'Der Mandant hat Ihnen Zugriff gewährt.',
    text: 'Beide Wege stehen Ihnen offen, solange dieser Zugriff besteht.',
  },
  closed: {
    title: 'Das bisherige Werkzeug ist hier geschlossen',
    text: 'Dieser Mandant entscheidet jetzt über Zugriffsanfragen. Nur Personen aus einer Anfrage, der er zugestimmt hat, haben Zugriff, gleich auf welchem Weg.',
  },
  confirm: (tenant) => `Eine Sitzung im Mandanten ${tenant} beginnen?`,
  confirmText: (door) => `Ihr Weg ist ${door}. Die Sitzung wird unter Ihrem Namen aufgezeichnet.`,
  yes: 'Ja',
  no: 'Nein',
}

const banner: Texts['banner'] = {
  label: 'Identitätswechsel',
  inside: (tenant, user) => `Sie sind als ${user} im Mandanten ${tenant}`,
  left: (minutes, formats) =>
    minutes < 1
      ? 'weniger als eine Minute übrig'
      : formats.plural(minutes, { one: 'noch eine Minute', other: `noch ${formats.number(minutes)} Minuten` }),
  endsAt: (when) => `Ende: ${when}`,
  recorded: 'jede Handlung wird unter Ihrem Namen aufgezeichnet',
  leave: 'Verlassen',
  leaving: 'Wird verlassen',
  soon: (tenant) => `Weniger als zwei Minuten verbleiben im Mandanten ${tenant}.`,
  hasLeft: (tenant) => `Sie haben den Mandanten ${tenant} verlassen.`,
  otherTool: 'Verlassen Sie ihn mit dem Werkzeug, mit dem Sie ihn betreten haben.',
  notLeft: 'Es ist auch nicht bekannt, ob Sie ihn gerade verlassen haben.',
  leaveFailed: 'Der Server konnte die Sitzung nicht beenden. Versuchen Sie es erneut.',
  unknown: {
    inside: (tenant) => `Es ist nicht bekannt, ob Sie noch im Mandanten ${tenant} sind`,
    anywhere: 'Es ist nicht bekannt, ob Sie in einem anderen Mandanten sind',
    noAnswer: 'Der Server antwortet nicht wie erwartet. Er wird alle paar Sekunden erneut gefragt.',
    loggedOut: 'Ihre Anmeldung ist abgelaufen. Melden Sie sich wieder an, um es zu erfahren und um den Mandanten zu verlassen.',
    overdue: (when) => `Vorgesehenes Ende der Sitzung: ${when}. Der Server wird gefragt.`,
  },
  ended: {
    inside: (tenant) => `Sie sind nicht mehr im Mandanten ${tenant}`,
    anywhere: 'Ihre Sitzung in einem anderen Mandanten ist beendet',
    at: (when) => `Beendet: ${when}`,
    causes: {
      'ended-by-user': 'Sie haben den Mandanten selbst verlassen, vielleicht in einem anderen Tab.',
      'ended-by-tenant': 'Eine Person aus dem Mandanten hat die Sitzung beendet.',
      'ended-by-requester': 'Eine Person aus Ihrem eigenen Mandanten hat die Sitzung beendet.',
      expired: 'Die Zeit der Sitzung war abgelaufen.',
      'access-lost': 'Ihr Zugriff ist beendet und mit ihm die Sitzung.',
      'not-found': 'Der Server kennt die Sitzung nicht mehr.',
    },
    acknowledge: 'Verstanden',
  },
}

const sessions: Texts['sessions'] = {
  title: 'Sitzungen in anderen Mandanten',
  lead: 'Wer in einem Mandanten gehandelt hat, seit wann, und wie es endete. Eine laufende Sitzung kann jederzeit beendet werden.',
  filter: 'Nach Status filtern',
  filters: { all: 'Alle', live: 'Laufend', ended: 'Beendet' },
  more: (count) => `${count}+`,
  columns: { who: 'Wer', way: 'Weg und Grund', when: 'Sitzung', action: 'Aktion' },
  methods: {
    'access-request': 'Zugriffsanfrage',
    'legacy-configure': 'Impersonate & Configure',
    'legacy-support': 'Impersonate & Support',
  },
  live: 'Laufend',
  ended: 'Beendet',
  insideOf: (tenant) => `im Mandanten ${tenant}`,
  someone: 'Eine Person von dort',
  noReason: 'Kein Grund angegeben',
  since: (when) => `seit ${when}`,
  until: (when) => `Ende spätestens: ${when}`,
  causes: {
    'ended-by-user': 'Verlassen',
    'ended-by-tenant': 'Vom Mandanten beendet',
    'ended-by-requester': 'Vom anfragenden Mandanten beendet',
    expired: 'Zeit abgelaufen',
    'access-lost': 'Zugriff beendet',
  },
  by: (cause, user) => `${cause}: ${user}`,
  end: 'Beenden',
  sessionOf: (name) => `die Sitzung: ${name}`,
  confirm: 'Diese Sitzung sofort beenden?',
  endNow: 'Jetzt beenden',
  ending: 'Wird beendet',
  keep: 'Abbrechen',
  done: (name) => `Sitzung beendet: ${name}`,
  meanwhile: (name) => `Diese Sitzung war inzwischen beendet: ${name}`,
  errors: {
    unreachable:
      'Der Server hat nicht geantwortet. Es ist nicht bekannt, ob die Sitzung beendet ist. Sie können es gefahrlos erneut versuchen: Zuerst wird nachgesehen.',
    impersonating: 'Sie sind in einem anderen Mandanten. Verlassen Sie ihn zuerst und beenden Sie dann diese Sitzung.',
    'not-found': 'Diese Sitzung gibt es für Sie nicht mehr.',
    'not-permitted': 'Sie dürfen keine Sitzungen mehr beenden. Wenden Sie sich an die Administration Ihres Mandanten.',
  },
  empty: {
    all: 'Noch keine Sitzungen. Wenn jemand einen Mandanten betritt, erscheint die Sitzung hier.',
    live: 'Zurzeit ist niemand in einem Mandanten.',
    ended: 'Noch keine Sitzung ist beendet.',
  },
  showAll: 'Alle Sitzungen anzeigen',
  showMore: 'Mehr anzeigen',
}

const history: Texts['history'] = {
  title: 'Verlauf',
  lead: 'Was zwischen Ihrem Mandanten und anderen geschehen ist, das Neueste zuerst.',
  filter: 'Nach Art filtern',
  filters: { all: 'Alles', requests: 'Anfragen und Antworten', access: 'Änderungen am Zugriff', sessions: 'Sitzungen' },
  from: 'Von',
  to: 'Bis einschließlich',
  zone: (zone) => `Tage und Zeiten in ${zone}.`,
  dayIncomplete: 'Geben Sie den ganzen Tag an, oder löschen Sie ihn.',
  endsTooSoon: 'Wählen Sie einen späteren Tag: Dieser liegt vor dem ersten.',
  tenant: 'Anderer Mandant',
  everyTenant: 'Alle',
  sides: { tenants: 'Gefragte Mandanten', requestingTenants: 'Anfragende Mandanten' },
  oneRequest: 'Nur was mit einer Anfrage geschah',
  allRequests: 'Alle Anfragen anzeigen',
  request: 'Anfrage',
  showMore: 'Mehr anzeigen',
  kinds: {
    submitted: 'Gesendet',
    received: 'Gefragt',
    granted: 'Gewährt',
    rejected: 'Abgelehnt',
    withdrawn: 'Zurückgezogen',
    lapsed: 'Verfallen',
    expirySet: 'Neues Ende',
    removed: 'Person entfernt',
    revoked: 'Widerrufen',
    givenUp: 'Aufgegeben',
    expired: 'Abgelaufen',
    started: 'Sitzung begonnen',
    ended: 'Sitzung beendet',
  },
  colleague: 'Jemand aus Ihrem Mandanten',
  incoming: {
    received: (_user, tenant) => `${tenant} hat um Zugriff gebeten`,
    granted: (user, tenant) => `${user} hat ${tenant} Zugriff gewährt`,
    rejected: (user, tenant) => `${user} hat die Anfrage von ${tenant} abgelehnt`,
    withdrawn: (_user, tenant) => `${tenant} hat die Anfrage zurückgezogen`,
    lapsed: (_user, tenant) => `Niemand hat ${tenant} rechtzeitig geantwortet, deshalb ist die Anfrage verfallen`,
    expirySet: (user, tenant) => `${user} hat geändert, wann der Zugriff von ${tenant} endet`,
    revoked: (user, tenant) => `${user} hat den Zugriff von ${tenant} widerrufen`,
    givenUp: (_user, tenant) => `${tenant} hat den Zugriff aufgegeben`,
    expired: (_user, tenant) => `Der Zugriff von ${tenant} ist abgelaufen`,
    started: (user, tenant) => `${user} von ${tenant} hat Ihren Mandanten betreten`,
    startedUnnamed: (_user, tenant) => `Jemand von ${tenant} hat Ihren Mandanten betreten`,
    left: (user, tenant) => `${user} von ${tenant} hat Ihren Mandanten verlassen`,
    leftUnnamed: (_user, tenant) => `Jemand von ${tenant} hat Ihren Mandanten verlassen`,
    endedByTenant: (user, tenant) => `${user} hat eine Sitzung von ${tenant} beendet`,
    endedByRequester: (_user, tenant) => `${tenant} hat eine eigene Sitzung beendet`,
    timeUp: (_user, tenant) => `Die Zeit einer Sitzung von ${tenant} war um`,
    accessLost: (_user, tenant) => `Eine Sitzung von ${tenant} hat mit dem Zugriff geendet`,
  },
  outgoing: {
    submitted: (user) => `${user} hat eine Anfrage gesendet`,
    received: (user, tenant) => `${user} hat ${tenant} um Zugriff gebeten`,
    granted: (_user, tenant) => `${tenant} hat Zugriff gewährt`,
    rejected: (_user, tenant) => `${tenant} hat die Anfrage abgelehnt`,
    withdrawn: (user, tenant) => `${user} hat die Anfrage an ${tenant} zurückgezogen`,
    lapsed: (_user, tenant) => `${tenant} hat nicht rechtzeitig geantwortet, deshalb ist die Anfrage verfallen`,
    expirySet: (_user, tenant) => `${tenant} hat geändert, wann der Zugriff endet`,
    revoked: (_user, tenant) => `${tenant} hat den Zugriff widerrufen`,
    givenUp: (user, tenant) => `${user} hat den Zugriff auf ${tenant} aufgegeben`,
    expired: (_user, tenant) => `Der Zugriff auf ${tenant} ist abgelaufen`,
    started: (user, tenant) => `${user} hat ${tenant} betreten`,
    left: (user, tenant) => `${user} hat ${tenant} verlassen`,
    endedByTenant: (_user, tenant) => `${tenant} hat eine Ihrer Sitzungen beendet`,
    endedByRequester: (user, tenant) => `${user} hat eine Sitzung in ${tenant} beendet`,
    timeUp: (_user, tenant) => `Die Zeit einer Sitzung in ${tenant} war um`,
    accessLost: (_user, tenant) => `Eine Sitzung in ${tenant} hat mit dem Zugriff geendet`,
  },
  removal: (user, tenant, removed) => `${user} hat ${removed} aus der Anfrage an ${tenant} entfernt`,
  answerBy: (when) => `Zu beantworten bis ${when}`,
  users: (names) => `Für ${names}`,
  removed: (names) => `Ohne ${names}, nicht mehr bei Ihnen`,
  lastRemoved: (user) => `Weil die letzte Person darin entfernt wurde: ${user}`,
  by: (method) => `Weg: ${method}`,
  until: (when) => `bis spätestens ${when}`,
  reason: 'Grund',
  empty: {
    all: 'Noch ist nichts geschehen. Wenn jemand eine Anfrage sendet oder beantwortet, steht es hier.',
    requests: 'Noch wurde keine Anfrage gesendet oder beantwortet.',
    access: 'Noch hat kein Zugriff begonnen, sich geändert oder geendet.',
    sessions: 'Noch hat niemand einen Mandanten betreten.',
    narrowed: 'Nichts passt zu Ihrer Auswahl.',
  },
  showAll: 'Alles anzeigen',
  counts: {
    tenants: counted('An einen Mandanten', (n) => `An ${n} Mandanten`),
    others: counted('eine weitere Person', (n) => `${n} weitere`),
    read: counted('1 Eintrag gelesen', (n) => `${n} Einträge gelesen`),
    exported: counted('1 Eintrag exportiert', (n) => `${n} Einträge exportiert`),
    tooMany: (count, formats) =>
      `Es gibt mehr als ${formats.number(count)} Einträge, so viele wie höchstens in eine Datei passen. Wählen Sie weniger Tage, und exportieren Sie sie nacheinander.`,
  },
  export: {
    label: 'Exportieren',
    running: 'Wird exportiert',
    cancelled: 'Export abgebrochen',
    failed: 'Der Export ist gescheitert. Keine Datei wurde gespeichert.',
    tooMany: 'Zu viel für eine Datei. Keine Datei wurde gespeichert.',
  },
  trouble: {
    'not-permitted': {
      title: 'Sie haben keinen Zugang zu dieser Seite',
      text: 'Sie ist für Personen, die Anfragen senden oder beantworten. Wenden Sie sich an eine Administratorin oder einen Administrator Ihres Mandanten.',
    },
  },
}

/** The texts in German, which address people formally. */
export const de: Texts = { shared, frame, fields, incoming, answer, answerMany, grant, access, entering, legacy, banner, sessions, history }
