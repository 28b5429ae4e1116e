"""What answers look like. Written by `shapes.py` from the API's description."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict


class AskedPage(TypedDict):
    """Requests, newest first."""

    requests: list[AskedShape]
    next_cursor: str | None


class AskedShape(TypedDict):
    """One request of a key."""

    id: str
    at: str
    method: str
    route: str
    status: int
    duration_ms: int
    request_id: str


class AttemptShape(TypedDict):
    """One try."""

    at: str
    status: int | None
    error: Any
    duration_ms: int


class ConceptActionShape(TypedDict):
    """How many concepts were deleted or changed."""

    concepts: int


class ConceptPage(TypedDict):
    """Concepts by their first term. `next_cursor` goes into `cursor` for the next page."""

    concepts: list[ConceptShape]
    next_cursor: str | None


class ConceptShape(TypedDict):
    """A concept of a glossary. `version` rises with every change."""

    definition: str
    subject: str
    note: str
    do_not_translate: bool
    external_id: str
    terms: list[TermShape]
    id: str
    glossary_id: str
    version: int
    created_at: str
    updated_at: str


class ConceptVersionList(TypedDict):
    """The newest version first, which is what the concept holds now; at most 200."""

    versions: list[ConceptVersionShape]


class ConceptVersionShape(TypedDict):
    """What a concept held. Of `user_id` and `api_key_id` one is set: who wrote it."""

    number: int
    at: str
    user_id: str | None
    api_key_id: str | None
    held: HeldShape


class DeliveryDetailShape(TypedDict):
    """A delivery with its tries, newest first, at most 100, and its body as it is sent."""

    delivery: DeliveryShape
    attempts: list[AttemptShape]
    body: str


class DeliveryPage(TypedDict):
    """Deliveries, newest first. `next_cursor` goes into `cursor` for the next page."""

    deliveries: list[DeliveryShape]
    next_cursor: str | None


class DeliveryShape(TypedDict):
    """One event on its way to one receiver; `status` and what follows are of the last try."""

    id: str
    webhook_id: str
    event_id: str
    event: str
    state: str
    created_at: str
    tries: int
    status: int | None
    error: Any
    duration_ms: int | None
    last_at: str | None
    next_at: str | None


class DisagreementShape(TypedDict):
    """A term of the sample that two glossaries have: the first one's concept counts."""

    language: str
    text: str
    winner: str
    winner_concept: str
    loser: str
    loser_concept: str


class DocumentList(TypedDict):
    """The documents that an upload made."""

    documents: list[DocumentShape]


class DocumentPage(TypedDict):
    """Documents, newest first. `next_cursor` goes into `cursor` for the next page."""

    documents: list[DocumentShape]
    next_cursor: str | None


class DocumentShape(TypedDict):
    """A document and its jobs."""

    id: str
    kind: str
    name: str
    format: str
    source_language: str
    created_at: str
    revision: int
    size_bytes: int
    segments: int
    chars: int
    jobs: list[JobShape]


class DoneShape(TypedDict):
    """How many translations an action touched; of delete and restore, how many documents."""

    done: int


class EarlierShape(TypedDict):
    """A document that is there already."""

    document_id: str
    name: str
    uploaded_at: str
    languages: list[str]
    job_id: str | None


class EstimateShape(TypedDict):
    """What files would come to in all languages. Nothing was stored."""

    files: list[FileEstimateShape]
    chars: int
    billed_chars: int
    left_chars: int
    fits: bool
    seconds: int | None
    is_measured: bool


class EventPage(TypedDict):
    """Events, newest first."""

    events: list[EventShape]
    next_cursor: str | None


class EventShape(TypedDict):
    """One event. Of `user_id` and `api_key_id` one is set; neither where the house itself acted."""

    id: str
    at: str
    user_id: str | None
    api_key_id: str | None
    who: str
    action: str
    what: str
    object_kind: str
    object_id: str | None
    detail: dict[str, Any]
    request_id: str


class FileEstimateShape(TypedDict):
    """One file. `chars` is what one language holds; the others are of all languages together."""

    name: str
    size_bytes: int
    refusal: str
    segments: int
    chars: int
    billed_chars: int
    repeated_chars: int
    carried_chars: int
    same: EarlierShape | None
    revises: EarlierShape | None


class FindingShape(TypedDict):
    """What a check said of one target."""

    id: str
    code: str
    category: str
    severity: str
    blocking: bool
    form: str
    sentence: str
    spans: Any
    evidence: Any
    dismissed: bool


class GlossaryList(TypedDict):
    """All glossaries, by name; there are 200 at most."""

    glossaries: list[GlossaryShape]


class GlossaryShape(TypedDict):
    """A glossary. `version` rises whenever one of its concepts changes."""

    id: str
    name: str
    description: str
    concepts: int
    version: int
    created_at: str
    updated_at: str


class HeldShape(TypedDict):
    """What people said of a concept."""

    definition: str
    subject: str
    note: str
    do_not_translate: bool
    external_id: str
    terms: list[TermShape]


class HitShape(TypedDict):
    """One form of a segment as it is and as it would be."""

    id: str
    ordinal: int
    version: int
    label: str
    before: str
    after: str


class ImportCountsShape(TypedDict):
    """Concepts by what happens to them, and rows that are left out."""

    added: int
    changed: int
    same: int
    skipped: int
    faulty_rows: int


class ImportList(TypedDict):
    """The last twenty imports, newest first."""

    imports: list[ImportShape]


class ImportProblemShape(TypedDict):
    """What is wrong with a row. Rows count as in a spreadsheet: the header is row 1."""

    row: int
    column: str
    message: str


class ImportRefusalShape(TypedDict):
    """Why an import has ended without an effect."""

    code: str
    message: str


class ImportShape(TypedDict):
    """An import. `problems` are of the first 2,000 faulty rows; it is forgotten after a week."""

    id: str
    glossary_id: str
    name: str
    state: str
    goal: str
    columns: list[str]
    existing: str
    rows: int
    rows_done: int
    counts: ImportCountsShape | None
    problems: list[ImportProblemShape]
    refusal: ImportRefusalShape | None
    created_at: str
    ended_at: str | None


class InvitationPage(TypedDict):
    """Invitations that wait, newest first."""

    invitations: list[InvitationShape]
    next_cursor: str | None


class InvitationShape(TypedDict):
    """Somebody asked in. The link is in the mail, and nowhere else."""

    id: str
    email: str
    role: str
    state: str
    invited_by: str | None
    invited_by_name: str
    sent_at: str
    expires_at: str


class JobShape(TypedDict):
    """One document in one target language."""

    id: str
    target_language: str
    state: str
    run_id: str
    run_number: int
    segments: int
    done: int
    passed: int
    repaired: int
    needs_review: int
    failed: int
    repeats: int
    prefilled: int
    reserved_chars: int
    billed_chars: int
    waiting_for: str
    created_at: str
    finished_at: str | None


class KeyPage(TypedDict):
    """Keys, newest first."""

    keys: list[KeyShape]
    next_cursor: str | None


class KeyShape(TypedDict):
    """An API key. Its secret is told once, when it is made."""

    id: str
    name: str
    prefix: str
    scopes: list[str]
    state: str
    created_by: str | None
    created_by_name: str
    created_at: str
    last_used_at: str | None
    expires_at: str | None
    revoked_at: str | None
    requests_per_minute: int | None
    limit: int


class LanguageList(TypedDict):
    """All languages. `source_only` can be translated from, and not into."""

    languages: list[LanguageShape]
    source_only: list[LanguageShape]


class LanguageShape(TypedDict):
    """A language by its BCP 47 code."""

    code: str
    name: str
    own_name: str
    direction: str
    script: str


class MarkedShape(TypedDict):
    """How many of them were unread."""

    marked: int


class MeKey(TypedDict):
    """The API key of the call."""

    id: str
    name: str
    prefix: str
    scopes: list[str]
    expires_at: str | None


class MeOrganization(TypedDict):
    """Where the caller works."""

    id: str
    name: str


class MePerson(TypedDict):
    """A person who is signed in."""

    id: str
    email: str
    name: str
    language: str
    time_zone: str
    theme: str
    density: str
    date_format: str
    role: str


class MeShape(TypedDict):
    """Who is calling: of `person` and `key` one is null."""

    organization: MeOrganization
    person: MePerson | None
    key: MeKey | None


class MemberPage(TypedDict):
    """Members in the order in which they joined."""

    members: list[MemberShape]
    next_cursor: str | None


class MemberShape(TypedDict):
    """Somebody in the organization."""

    id: str
    user_id: str
    name: str
    email: str
    role: str
    joined_at: str
    second_step: bool


class NewKeyShape(TypedDict):
    """A key that was just made, with its secret."""

    id: str
    name: str
    prefix: str
    scopes: list[str]
    state: str
    created_by: str | None
    created_by_name: str
    created_at: str
    last_used_at: str | None
    expires_at: str | None
    revoked_at: str | None
    requests_per_minute: int | None
    limit: int
    secret: str


class NoticePage(TypedDict):
    """Notifications, newest first."""

    notifications: list[NoticeShape]
    unread: int
    next_cursor: str | None


class NoticeShape(TypedDict):
    """How something that was asked for has ended."""

    id: str
    kind: str
    created_at: str
    read_at: str | None
    job_id: str
    name: str
    target_language: str
    segments: int
    needs_review: int
    failed: int


class OrganizationShape(TypedDict):
    """What an organization has chosen."""

    id: str
    name: str
    source_language: str
    target_languages: list[str]
    retention_days: int | None
    created_at: str


class OriginShape(TypedDict):
    """Whose word a value is; `name` and `id` are those of a profile."""

    kind: str
    name: str
    id: str | None


class PreviewBlockShape(TypedDict):
    """One part of the prompt. `tokens` is an estimate; `cached` parts are paid once for many."""

    name: str
    origin: str
    text: str
    tokens: int
    cached: bool


class PreviewShape(TypedDict):
    """How many places there are in all, and the first 200 segments with some."""

    matches: int
    hits: list[HitShape]


class ProfileList(TypedDict):
    """All profiles, by name; there are 100 at most."""

    profiles: list[ProfileShape]


class ProfileShape(TypedDict):
    """A domain profile. `version` rises with every change."""

    id: str
    name: str
    parent_id: str | None
    standard: bool
    subject: str | None
    glossaries: list[str] | None
    tier: Any
    effort: Any
    gates: dict[str, str]
    length_share: float | None
    same_words: int | None
    version: int
    created_at: str
    updated_at: str


class PromptPreviewShape(TypedDict):
    """A prompt: its blocks in order, and the last message as it would be sent."""

    blocks: list[PreviewBlockShape]
    user: str
    tokens: int
    disagreements: list[DisagreementShape]


class PropagatedShape(TypedDict):
    """How many repeats took the text."""

    changed: int


class ReplacedShape(TypedDict):
    """How many segments were changed, and how many were not: changed meanwhile, or refused."""

    changed: int
    skipped: int


class ReplayedShape(TypedDict):
    """How many deliveries go out once more."""

    replayed: int


class ReportShape(TypedDict):
    """What a job came to: counts, cost, and every segment with a finding."""

    job: JobShape
    requests: int
    input_tokens: int
    output_tokens: int
    cost_usd: str
    findings_by_code: dict[str, int]
    findings: list[SegmentShape]


class SecretShape(TypedDict):
    """The secret that signs now."""

    secret: str


class SegmentPage(TypedDict):
    """Segments in file order. `next_cursor` goes into `cursor` for the next page."""

    segments: list[SegmentShape]
    next_cursor: str | None


class SegmentShape(TypedDict):
    """One segment and its target; source and target are lists of forms, mostly one."""

    id: str
    ordinal: int
    key: str
    context: str
    note: str
    source: list[str]
    labels: list[str]
    target: list[str]
    state: str
    sub_state: str
    origin: str
    delivered: bool
    repaired: bool
    fixes: list[str]
    repeats: int
    billed_chars: int | None
    version: int
    updated_at: str | None
    findings: list[FindingShape]


class SettledShape(TypedDict):
    """What counts where this profile is named, value by value; gates as `gates.` and their code."""

    values: list[SettledValueShape]


class SettledValueShape(TypedDict):
    """One value that counts: text, a number, a list of ids, or null for all glossaries."""

    name: str
    value: Any
    origin: OriginShape


class StreamedEvent(TypedDict):
    """The shape StreamedEvent."""

    event: str
    data: str


class StyleBanned(TypedDict):
    """What must not be written: a phrase, or a regular expression that RE2 takes."""

    pattern: str
    is_regex: NotRequired[bool]
    instead: NotRequired[str]


class StyleExample(TypedDict):
    """A wording that is right, and one that is not where there is one."""

    good: str
    bad: NotRequired[str]


class StyleGuideList(TypedDict):
    """All guides, by language and name."""

    style_guides: list[StyleGuideShape]


class StyleGuideShape(TypedDict):
    """A guide. `draft` counts once it is published; `published` is the number that counts, or 0."""

    id: str
    name: str
    language: str
    standard: bool
    draft: StyleValues
    version: int
    published: int
    created_at: str
    updated_at: str


class StyleValues(TypedDict):
    """The rules of a guide; what is left out is left open."""

    formality: NotRequired[Any]
    register: NotRequired[str]
    audience: NotRequired[str]
    spelling: NotRequired[str]
    quotes: NotRequired[Any]
    spaces: NotRequired[Any]
    ellipsis: NotRequired[Any]
    dashes: NotRequired[Any]
    numbers: NotRequired[Any]
    dates: NotRequired[Any]
    units: NotRequired[Any]
    currency: NotRequired[Any]
    headings: NotRequired[Any]
    length: NotRequired[Any]
    instructions: NotRequired[list[str]]
    examples: NotRequired[list[StyleExample]]
    banned: NotRequired[list[StyleBanned]]


class StyleVersionList(TypedDict):
    """The newest version first; at most 200."""

    versions: list[StyleVersionShape]


class StyleVersionShape(TypedDict):
    """What a guide said when it was published."""

    number: int
    note: str
    at: str
    user_id: str | None
    api_key_id: str | None
    rules: StyleValues


class TermShape(TypedDict):
    """One wording of a concept."""

    language: str
    text: str
    status: str
    part_of_speech: str
    gender: str
    case_sensitive: bool
    exact_form: bool
    forms: list[str]
    example: str


class TextEstimateShape(TypedDict):
    """Which language a text is in, and what it would come to. Nothing was stored."""

    detected_language: str | None
    confidence: float
    candidates: list[LanguageShape]
    billed_chars: int
    segments: int
    repeated: int


class TextPage(TypedDict):
    """Texts, newest first. `next_cursor` goes into `cursor` for the next page."""

    translations: list[TextShape]
    next_cursor: str | None


class TextShape(TypedDict):
    """A text that was translated."""

    job_id: str
    document_id: str
    beginning: str
    source_language: str
    target_language: str
    state: str
    created_at: str


class TranslationShape(TypedDict):
    """The result of a translate call; `texts` is empty until `finished`."""

    job_id: str
    document_id: str
    finished: bool
    texts: list[str]
    segments: list[SegmentShape]
    billed_chars: int


class UsageShape(TypedDict):
    """This month's usage in source characters."""

    plan: str
    starts_at: str
    ends_at: str
    cap_chars: int
    used_chars: int
    reserved_chars: int
    left_chars: int


class VersionList(TypedDict):
    """What a target has held, newest first, at most 51; the first is what it holds now."""

    versions: list[VersionShape]


class VersionShape(TypedDict):
    """A text that a target has held, and whose it was."""

    version: int
    target: list[str]
    state: str
    sub_state: str
    origin: str
    author: str | None
    at: str | None


class WebhookList(TypedDict):
    """All receivers, oldest first; there are ten at most."""

    webhooks: list[WebhookShape]


class WebhookShape(TypedDict):
    """A receiver. `disabled_reason` says who switched it off: `person`, `gone` or `failing`."""

    id: str
    url: str
    description: str
    events: list[str]
    state: str
    disabled_reason: Any
    disabled_at: str | None
    failing_since: str | None
    rotated_at: str | None
    created_at: str
    updated_at: str


class WebhookWithSecret(TypedDict):
    """A receiver and the secret that signs now."""

    id: str
    url: str
    description: str
    events: list[str]
    state: str
    disabled_reason: Any
    disabled_at: str | None
    failing_since: str | None
    rotated_at: str | None
    created_at: str
    updated_at: str
    secret: str
