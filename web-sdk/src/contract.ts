// Generated from core/contract: cargo xtask generate

/**
 * Names one submission, from its creation to its erasure: a UUIDv7 (RFC 9562), so ids sort by time.
 */
export type CorrelationId = string;

/**
 * Names one partner; it is also the `client_id` of the token endpoint.
 */
export type PartnerId = string;

/**
 * A moment, in milliseconds since 1970-01-01T00:00:00Z; on the wire `2026-11-23T06:13:56.000Z` (RFC 3339).
 */
export type Timestamp = string;

/**
 * What is compared with what.
 */
export type Mode = "selfie_to_id" | "selfie_to_selfie" | "selfie_to_baseline";

/**
 * What a photo shows.
 */
export type Role = "selfie" | "id_portrait" | "reference_selfie";

/**
 * Where a submission stands.
 */
export type State = "awaiting_upload" | "queued" | "processing" | "completed" | "failed" | "expired" | "erased";

/**
 * The answer to "is this the same person?".
 */
export type Decision = "match" | "review" | "no_match" | "inconclusive";

/**
 * Why a submission is inconclusive.
 */
export type ReasonCode = "no_face" | "several_faces" | "face_too_small" | "too_dark" | "too_bright" | "low_contrast" | "blurred" | "turned" | "not_an_image" | "image_damaged" | "image_size" | "image_unsupported" | "baseline_unusable" | "processing_failed";

/**
 * What an applicant should change before a photo is taken or sent, the most important first.
 */
export type QualityFault = "no_face" | "several_faces" | "cut_off" | "too_small" | "too_close" | "off_centre" | "too_dark" | "too_bright" | "glare" | "uneven_light" | "low_contrast" | "blurred" | "turned" | "tilted_up_down" | "tilted";

/**
 * How `fmr` relates to the true rate, which the calibration knows within a range only.
 */
export type FmrRelation = "at_least" | "about" | "at_most";

/**
 * Whether presentation attack detection (liveness) was performed.
 */
export type PadStatus = "not_performed";

/**
 * What a token allows.
 */
export type Scope = "submissions:write" | "submissions:read" | "results:read" | "submissions:erase" | "capture";

/**
 * Why a request was refused. Stable: a client may branch on it.
 */
export type ErrorCode = "malformed_body" | "invalid_request" | "unsupported_media_type" | "body_too_large" | "idempotency_key_required" | "idempotency_key_reused" | "unsupported_grant_type" | "invalid_client" | "invalid_scope" | "token_missing" | "token_invalid" | "token_expired" | "insufficient_scope" | "origin_not_allowed" | "route_not_found" | "method_not_allowed" | "submission_not_found" | "baseline_not_found" | "subject_not_found" | "baseline_unfit" | "baseline_outdated" | "subject_delayed" | "subject_locked" | "wrong_state" | "upload_missing" | "upload_mismatch" | "submission_expired" | "submission_erased" | "result_not_ready" | "callback_not_found" | "rate_limited" | "overloaded" | "engine_unavailable" | "storage_unavailable" | "internal";

/**
 * Error member that RFC 6749 section 5.2 asks of a token endpoint; it stands in the problem document too.
 */
export type TokenError = "invalid_request" | "invalid_client" | "unsupported_grant_type" | "invalid_scope";

/**
 * What happened.
 */
export type CallbackEventType = "submission.completed" | "submission.failed";

/**
 * Where a callback stands.
 */
export type CallbackState = "pending" | "delivered" | "dead";

/**
 * How the service is.
 */
export type HealthStatus = "ok" | "ready";

/**
 * One photo, as declared before its upload. The upload must match it to the byte.
 */
export type ImageDeclaration = { 
/**
 * What it shows.
 */
role: Role, 
/**
 * `image/jpeg`, `image/png` or `image/webp`.
 */
contentType: string, 
/**
 * Size of the file, in bytes: 1 to 12,582,912.
 */
sizeBytes: number, 
/**
 * SHA-256 of the file, 64 lower-case hexadecimal digits.
 */
sha256: string, };

/**
 * Which error rates a decision stands for.
 */
export type Policy = { 
/**
 * `match` needs a score that at most this share of impostors reaches; 1e-6 to 1e-2.
 */
matchFmr: number, 
/**
 * `review` needs a score that at most this share of impostors reaches; `matchFmr` to 1e-2.
 */
reviewFmr: number, };

/**
 * `POST /v1/submissions`.
 */
export type CreateSubmission = { 
/**
 * What is compared with what; it fixes the roles of `images`.
 */
mode: Mode, 
/**
 * One entry for each role of the mode.
 */
images: Array<ImageDeclaration>, 
/**
 * The partner's own name for the person, for baselines; at most 128 characters.
 */
subject?: string, 
/**
 * The partner's own name for this submission; at most 128 characters.
 */
reference?: string, 
/**
 * Where the partner keeps the person's consent; at most 128 characters.
 */
consentRef?: string, 
/**
 * Where the signed callback goes; https.
 */
callbackUrl?: string, 
/**
 * Error rates other than the default (1e-4, 1e-2).
 */
policy?: Policy, };

/**
 * Where and how one photo is uploaded.
 */
export type UploadTarget = { 
/**
 * Which photo.
 */
role: Role, 
/**
 * Always `PUT`.
 */
method: string, 
/**
 * Presigned URL: it takes exactly the declared file, once.
 */
url: string, 
/**
 * Headers that the upload must send with exactly these values.
 */
headers: { [key in string]: string }, 
/**
 * When the URL ends.
 */
expiresAt: Timestamp, };

/**
 * Answer of `POST /v1/submissions`.
 */
export type CreatedSubmission = { 
/**
 * Names this submission from here on.
 */
correlationId: CorrelationId, 
/**
 * `awaiting_upload`, or where it stands when a request is replayed.
 */
state: State, 
/**
 * One target for each declared photo; none once the submission is erased.
 */
uploads: Array<UploadTarget>, 
/**
 * A token for the applicant's browser: it may upload, confirm and poll this one submission.
 */
clientToken: string, 
/**
 * When the submission and its browser token end unless it is confirmed.
 */
expiresAt: Timestamp, };

/**
 * Answer of `POST /v1/submissions/{id}/uploads`: fresh URLs for what is not uploaded yet.
 */
export type UploadTargets = { 
/**
 * One target for each photo that the bucket does not have; empty when it has all.
 */
uploads: Array<UploadTarget>, };

/**
 * Whether one photo has arrived.
 */
export type ImageStatus = { 
/**
 * Which photo.
 */
role: Role, 
/**
 * Whether confirm has found and pinned it.
 */
pinned: boolean, };

/**
 * Answer of `GET /v1/submissions/{id}` and of confirm. It never tells the decision: a browser token may read it.
 */
export type SubmissionStatus = { 
/**
 * The submission.
 */
correlationId: CorrelationId, 
/**
 * What is compared with what.
 */
mode: Mode, 
/**
 * Where it stands.
 */
state: State, 
/**
 * Its photos.
 */
images: Array<ImageStatus>, 
/**
 * When it was created.
 */
createdAt: Timestamp, 
/**
 * When its state last changed.
 */
updatedAt: Timestamp, 
/**
 * When it ends unless it is confirmed; only while uploads are awaited.
 */
expiresAt?: Timestamp, };

/**
 * Answer of `GET /v1/submissions?reference=`: newest first.
 */
export type SubmissionPage = { 
/**
 * The partner's submissions of that reference.
 */
submissions: Array<SubmissionStatus>, 
/**
 * Give this as `cursor` for the next page; absent on the last one.
 */
nextCursor?: CorrelationId, };

/**
 * Answer of `DELETE /v1/submissions/{id}`: what was deleted, when.
 */
export type ErasureReceipt = { 
/**
 * The submission.
 */
correlationId: CorrelationId, 
/**
 * When it was erased; a repeated request gets the first time.
 */
erasedAt: Timestamp, 
/**
 * Photos that are gone from the bucket, and the keys that they were sealed with.
 */
images: Array<Role>, 
/**
 * When they went: as soon as the result was there, unless the partner keeps photos.
 */
imagesDeletedAt: Timestamp, 
/**
 * Whether a result was deleted.
 */
result: boolean, 
/**
 * When the result, the references and the callback's address were deleted; only if there was a result.
 */
resultDeletedAt?: Timestamp, };

/**
 * `PUT /v1/baselines/{subject}`.
 */
export type RegisterBaseline = { 
/**
 * A completed submission with the decision `match`: its selfie becomes the baseline.
 */
correlationId: CorrelationId, };

/**
 * Why a subject is locked.
 */
export type LockReason = "too_many_failures";

/**
 * Answer of `PUT` and `GET /v1/baselines/{subject}`. The template itself is never given out.
 */
export type Baseline = { 
/**
 * The partner's own name for the person.
 */
subject: string, 
/**
 * The submission whose selfie it was made from.
 */
correlationId: CorrelationId, 
/**
 * The model pack that made the template; with another one the subject has to be registered again.
 */
pack: string, 
/**
 * When it was registered.
 */
registeredAt: Timestamp, 
/**
 * Attempts that failed since the last match or registration.
 */
failures: number, 
/**
 * When the next attempt may be made, after too many failures.
 */
delayedUntil?: Timestamp, 
/**
 * Why no attempt may be made until the subject is registered again.
 */
locked?: LockReason, };

/**
 * Answer of `DELETE /v1/baselines/{subject}`.
 */
export type BaselineReceipt = { 
/**
 * The partner's own name for the person.
 */
subject: string, 
/**
 * When template and key were destroyed, or it was seen that there are none.
 */
deletedAt: Timestamp, 
/**
 * Whether there was a baseline.
 */
deleted: boolean, };

/**
 * Form of `POST /v1/token` (RFC 6749, client credentials). The credentials come by HTTP Basic or in the form.
 */
export type TokenRequest = { 
/**
 * Always `client_credentials`.
 */
grant_type: string, 
/**
 * The partner's id, unless HTTP Basic gives it.
 */
client_id?: string, 
/**
 * The partner's secret, unless HTTP Basic gives it.
 */
client_secret?: string, 
/**
 * Scopes wanted, separated by spaces; all that the partner has when absent.
 */
scope?: string, };

/**
 * Answer of `POST /v1/token`.
 */
export type TokenResponse = { 
/**
 * A JWT (RFC 9068). Opaque to its holder.
 */
access_token: string, 
/**
 * Always `Bearer`.
 */
token_type: string, 
/**
 * Life of the token, in seconds. Cache it until shortly before its end.
 */
expires_in: number, 
/**
 * Scopes granted, separated by spaces.
 */
scope: string, };

/**
 * One reason for an inconclusive decision.
 */
export type Reason = { 
/**
 * The reason.
 */
code: ReasonCode, 
/**
 * The photo it is about, if it is about one.
 */
role?: Role, 
/**
 * What to do about it, for a person.
 */
hint: string, };

/**
 * How alike the two faces are.
 */
export type Score = { 
/**
 * How alike the two faces are, -1 to 1: the cosine of their embeddings, or of a pack with two networks a weighted
 * mean on the same scale. What it means depends on the pack; `fmr` says it.
 */
cosine: number, 
/**
 * Estimated false match rate at this score: the share of impostors that reach it.
 */
fmr: number, 
/**
 * How `fmr` is to be read.
 */
fmrRelation: FmrRelation, 
/**
 * 95 % interval of the true rate, from the calibration's pair counts; it is open to 0 or 1 outside the calibrated
 * range. It knows nothing of how your own population differs.
 */
fmrCi95: [number, number], };

/**
 * The policy that was applied, with the thresholds that it came to.
 */
export type PolicyReport = { 
/**
 * `match` at or below this FMR.
 */
matchFmr: number, 
/**
 * `review` at or below this FMR.
 */
reviewFmr: number, 
/**
 * Least cosine for `match`.
 */
matchThreshold: number, 
/**
 * Least cosine for `review`.
 */
reviewThreshold: number, };

/**
 * A rectangle in pixels of the upright photo.
 */
export type BoundingBox = { 
/**
 * Left edge.
 */
x: number, 
/**
 * Top edge.
 */
y: number, 
/**
 * Width.
 */
width: number, 
/**
 * Height.
 */
height: number, };

/**
 * A point in pixels of the upright photo.
 */
export type Point = { 
/**
 * To the right.
 */
x: number, 
/**
 * Down.
 */
y: number, };

/**
 * One face in a photo.
 */
export type FaceReport = { 
/**
 * Where it is.
 */
box: BoundingBox, 
/**
 * Image-left eye, image-right eye, nose tip, image-left and image-right mouth corner.
 */
landmarks: [Point, Point, Point, Point, Point], 
/**
 * The detector's score, 0 to 1.
 */
score: number, 
/**
 * Distance between the eyes, in pixels.
 */
interEyeDistancePx: number, };

/**
 * How fit one face is to be compared: each component from 0 (worst) to 100 (best).
 *
 * Names and, where five landmarks suffice, formulas are those of ISO/IEC 29794-5:2025. It is no certified
 * implementation of it. Very low components end a comparison before it is made (`reasons`); they do not change a score.
 */
export type Quality = { 
/**
 * Fine detail in the face, whatever the light: falls with motion blur and bad focus.
 */
sharpness: number, 
/**
 * Falls as the face sinks into black.
 */
underExposurePrevention: number, 
/**
 * Falls as the face burns out to white.
 */
overExposurePrevention: number, 
/**
 * How many shades the face has: falls with haze, faded print and flat light.
 */
dynamicRange: number, 
/**
 * How alike the light on the two halves of the face is.
 */
illuminationUniformity: number, 
/**
 * Distance between the eyes in pixels: 50 at 70 pixels.
 */
interEyeDistance: number, 
/**
 * Size of the head in the photo against that of a passport photo: most phone photos score low, harmlessly.
 */
headSize: number, 
/**
 * Falls as the head turns to a side.
 */
headPoseYaw: number, 
/**
 * Falls as the head nods up or down.
 */
headPosePitch: number, 
/**
 * Falls as the head tilts towards a shoulder.
 */
headPoseRoll: number, 
/**
 * Room around the face, on the side where there is least: the least of the four crop components.
 */
faceCompleteness: number, };

/**
 * What was found in one photo.
 */
export type ImageReport = { 
/**
 * Which photo.
 */
role: Role, 
/**
 * Width of the upright photo, in pixels; 0 if it could not be decoded.
 */
widthPx: number, 
/**
 * Height of the upright photo, in pixels; 0 if it could not be decoded.
 */
heightPx: number, 
/**
 * How many faces were found.
 */
facesFound: number, 
/**
 * The face that was compared.
 */
face?: FaceReport, 
/**
 * Quality of the face that was compared.
 */
quality?: Quality, };

/**
 * Presentation attack detection (ISO/IEC 30107).
 */
export type Pad = { 
/**
 * Whether it was performed.
 */
status: PadStatus, };

/**
 * What computed the result.
 */
export type Versions = { 
/**
 * The software.
 */
facematch: string, 
/**
 * The model pack, such as `standard@3`.
 */
pack: string, 
/**
 * First 12 hexadecimal digits of the detector file's SHA-256.
 */
detector: string, 
/**
 * First 12 hexadecimal digits of the embedder file's SHA-256; of several joined by `+`.
 */
embedder: string, 
/**
 * The calibration of scores to error rates: by mode, and for a card by the size of its portrait.
 */
calibration: string, };

/**
 * The comparison of two photos: what `facematch compare --json` prints and the API's result carries.
 */
export type MatchResult = { 
/**
 * The answer. Never `match` without a face in both photos, or in the photo and the baseline.
 */
decision: Decision, 
/**
 * Why it is inconclusive; empty otherwise.
 */
reasons: Array<Reason>, 
/**
 * How alike the faces are; only when there are two.
 */
score?: Score, 
/**
 * The policy that was applied.
 */
policy: PolicyReport, 
/**
 * What was found in each photo; a baseline is none.
 */
images: Array<ImageReport>, 
/**
 * Presentation attack detection.
 */
pad: Pad, 
/**
 * What computed this.
 */
versions: Versions, };

/**
 * Answer of `GET /v1/submissions/{id}/result`: the submission and its [`MatchResult`], in one object.
 */
export type SubmissionResult = { 
/**
 * The submission.
 */
correlationId: CorrelationId, 
/**
 * What was compared with what.
 */
mode: Mode, 
/**
 * `completed` or `failed`.
 */
state: State, 
/**
 * The partner's own name for the person.
 */
subject?: string, 
/**
 * The partner's own name for this submission.
 */
reference?: string, 
/**
 * Where the partner keeps the person's consent.
 */
consentRef?: string, 
/**
 * When it was created.
 */
createdAt: Timestamp, 
/**
 * When the decision was stored.
 */
completedAt: Timestamp, 
/**
 * The answer. Never `match` without a face in both photos, or in the photo and the baseline.
 */
decision: Decision, 
/**
 * Why it is inconclusive; empty otherwise.
 */
reasons: Array<Reason>, 
/**
 * How alike the faces are; only when there are two.
 */
score?: Score, 
/**
 * The policy that was applied.
 */
policy: PolicyReport, 
/**
 * What was found in each photo; a baseline is none.
 */
images: Array<ImageReport>, 
/**
 * Presentation attack detection.
 */
pad: Pad, 
/**
 * What computed this.
 */
versions: Versions, };

/**
 * Body of a callback (Standard Webhooks). Thin: it says that the result can be fetched, not what it is.
 */
export type CallbackEvent = { 
/**
 * What happened.
 */
type: CallbackEventType, 
/**
 * When it happened.
 */
timestamp: Timestamp, 
/**
 * The submission.
 */
correlationId: CorrelationId, 
/**
 * The partner's own name for it.
 */
reference?: string, 
/**
 * Where it stands now.
 */
state: State, };

/**
 * One attempt at a callback.
 */
export type Delivery = { 
/**
 * Which attempt it was, from 1; 0 where the callback was given up without one.
 */
attempt: number, 
/**
 * When it ended.
 */
at: Timestamp, 
/**
 * HTTP status of the receiver, if it answered.
 */
status?: number, 
/**
 * What went wrong, in a few words.
 */
error?: string, };

/**
 * A callback with the log of its attempts.
 */
export type CallbackReport = { 
/**
 * The `webhook-id`: the same in every attempt.
 */
webhookId: string, 
/**
 * Where it stands.
 */
state: CallbackState, 
/**
 * When the next attempt is due; only while it is pending.
 */
nextAttemptAt?: Timestamp, 
/**
 * Its attempts, oldest first.
 */
deliveries: Array<Delivery>, };

/**
 * Answer of `GET /v1/submissions/{id}/callbacks` and of a redelivery.
 */
export type CallbackLog = { 
/**
 * The submission.
 */
correlationId: CorrelationId, 
/**
 * Its callbacks; none before it has ended, or without a `callbackUrl`.
 */
callbacks: Array<CallbackReport>, };

/**
 * Answer of `GET /healthz` and `GET /readyz`.
 */
export type Health = { 
/**
 * How it is.
 */
status: HealthStatus, };

/**
 * One field that has a value that is not allowed.
 */
export type FieldError = { 
/**
 * JSON path of the field, such as `images[0].sizeBytes`, or the name of a header or parameter.
 */
field: string, 
/**
 * What it must be.
 */
message: string, };

/**
 * Body of every error (RFC 9457, `application/problem+json`).
 */
export type Problem = { 
/**
 * `urn:facematch:error:` and the code.
 */
type: string, 
/**
 * One line, the same for every occurrence of the code.
 */
title: string, 
/**
 * HTTP status.
 */
status: number, 
/**
 * Stable code: branch on this.
 */
code: ErrorCode, 
/**
 * What is particular to this occurrence.
 */
detail?: string, 
/**
 * Whether the same request can succeed later.
 */
retryable: boolean, 
/**
 * What the caller can do about it.
 */
hint: string, 
/**
 * The fields that are wrong.
 */
errors?: Array<FieldError>, 
/**
 * The same as the `x-correlation-id` header.
 */
correlationId?: string, 
/**
 * RFC 6749 error name, at the token endpoint.
 */
error?: TokenError, };

/** What the applicant can do about each fault, in English; the most important fault comes first. */
export const qualityHints: Readonly<Record<QualityFault, string>> = {
  no_face: "Show the whole face, in good light.",
  several_faces: "Show one person only.",
  cut_off: "Move until the whole face is in the picture.",
  too_small: "Move closer.",
  too_close: "Move a little further away.",
  off_centre: "Bring the face to the middle of the picture.",
  too_dark: "Find more light.",
  too_bright: "Move out of the direct light.",
  glare: "Change the angle until the reflection is gone.",
  uneven_light: "Turn until the light falls on the whole face.",
  low_contrast: "Clean the lens, or find better light.",
  blurred: "Hold still until the picture is sharp.",
  turned: "Look straight into the camera.",
  tilted_up_down: "Hold the camera at the height of the eyes.",
  tilted: "Hold the head and the camera upright.",
}

/** Limits of the API. */
export const limits = {
  maxImageBytes: 12582912,
  maxImagePixels: 25000000,
  maxImageSidePx: 8192,
  minImageSidePx: 32,
  imageTypes: ["image/jpeg", "image/png", "image/webp"],
  maxWaitS: 20,
} as const
