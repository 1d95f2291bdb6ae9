/** The package's surface. */

export { FaceMatch } from './client.js'
export { FaceMatchError, faceMatchErrorCodes, isErrorCode } from './errors.js'
export type { FaceMatchErrorCode, FaceMatchErrorDetails } from './errors.js'
export type {
  CaptureRole, ClientSubmission, Detection, DetectOptions, Face, FaceMatchSdk, ImageInput, LoadOptions, PreparedImage,
  PrepareOptions, UploadOptions, UploadProgress, VerifyOptions,
} from './options.js'
export { limits } from './contract.js'
export type {
  BoundingBox, ErrorCode, Point, Problem, Quality, QualityFault, Role, State, SubmissionStatus, UploadTarget,
} from './contract.js'
