//! Reading YuNet's twelve outputs.

use super::{DetectError, Face};
use crate::geometry::{Landmarks, Point, Rect};
use crate::model::{ModelError, Tensor};

/// Outputs of one stride, by name.
struct Names {
    stride: usize,
    class: &'static str,
    object: &'static str,
    rect: &'static str,
    points: &'static str,
}

const LEVELS: [Names; 3] = [
    Names { stride: 8, class: "cls_8", object: "obj_8", rect: "bbox_8", points: "kps_8" },
    Names { stride: 16, class: "cls_16", object: "obj_16", rect: "bbox_16", points: "kps_16" },
    Names { stride: 32, class: "cls_32", object: "obj_32", rect: "bbox_32", points: "kps_32" },
];

/// Where each output lies in the list that the network returns.
#[derive(Debug, Clone)]
pub(super) struct Outputs([[usize; 4]; 3]);

/// The outputs of one stride: for each cell of the grid, row by row, 1, 1, 4 and 10 values.
struct Level<'a> {
    stride: f32,
    columns: usize,
    class: &'a [f32],
    object: &'a [f32],
    rect: &'a [f32],
    points: &'a [f32],
}

impl Outputs {
    /// Finds the twelve outputs among `names`.
    pub(super) fn find(names: &[String]) -> Result<Self, ModelError> {
        let mut places = [[0; 4]; 3];
        for (places, level) in places.iter_mut().zip(&LEVELS) {
            let wanted = [level.class, level.object, level.rect, level.points];
            for (place, name) in places.iter_mut().zip(wanted) {
                let at = names.iter().position(|given| given == name);
                *place = at.ok_or_else(|| ModelError::MissingOutput { name: name.to_owned() })?;
            }
        }
        Ok(Self(places))
    }

    /// All faces of at least `least_score`, unsorted and overlapping, in pixels of the canvas.
    pub(super) fn faces(
        &self,
        outputs: &[Tensor],
        canvas: (usize, usize),
        least_score: f32,
    ) -> Result<Vec<Face>, DetectError> {
        let mut faces = Vec::new();
        for (places, names) in self.0.iter().zip(&LEVELS) {
            let level = Level::new(outputs, *places, names, canvas)?;
            let cells = 0..level.class.len();
            faces.extend(cells.filter_map(|cell| level.face(cell, least_score)));
        }
        Ok(faces)
    }
}

impl<'a> Level<'a> {
    fn new(
        outputs: &'a [Tensor],
        [class, object, rect, points]: [usize; 4],
        names: &Names,
        (width, height): (usize, usize),
    ) -> Result<Self, DetectError> {
        let columns = width / names.stride;
        let cells = columns * (height / names.stride);
        let values = |at: usize, name: &'static str, want: usize| {
            let data = outputs.get(at).map_or(&[][..], Tensor::data);
            let got = data.len();
            if got == want { Ok(data) } else { Err(DetectError::OutputSize { name, got, want }) }
        };
        Ok(Self {
            stride: names.stride as f32,
            columns,
            class: values(class, names.class, cells)?,
            object: values(object, names.object, cells)?,
            rect: values(rect, names.rect, cells * 4)?,
            points: values(points, names.points, cells * 10)?,
        })
    }

    /// The face at `cell`, if it is sure enough and made of numbers.
    fn face(&self, cell: usize, least_score: f32) -> Option<Face> {
        let certain = |value: f32| value.clamp(0.0, 1.0);
        let score = (certain(self.class[cell]) * certain(self.object[cell])).sqrt();
        // A score that is not a number is not at least anything.
        if score >= least_score {
            let face = Face { rect: self.rect(cell), landmarks: self.landmarks(cell), score };
            return Some(face).filter(Face::is_finite);
        }
        None
    }

    /// Centre `((column + dx) S, (row + dy) S)`, size `exp(dw) S` by `exp(dh) S`.
    fn rect(&self, cell: usize) -> Rect {
        let values = &self.rect[cell * 4..cell * 4 + 4];
        let centre = self.point(cell, values[0], values[1]);
        let (width, height) = (values[2].exp() * self.stride, values[3].exp() * self.stride);
        Rect { x: centre.x - width / 2.0, y: centre.y - height / 2.0, width, height }
    }

    fn landmarks(&self, cell: usize) -> Landmarks {
        let values = &self.points[cell * 10..cell * 10 + 10];
        std::array::from_fn(|index| self.point(cell, values[index * 2], values[index * 2 + 1]))
    }

    fn point(&self, cell: usize, dx: f32, dy: f32) -> Point {
        let (column, row) = ((cell % self.columns) as f32, (cell / self.columns) as f32);
        Point { x: (column + dx) * self.stride, y: (row + dy) * self.stride }
    }
}
