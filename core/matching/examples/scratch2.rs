use facematch_vision::*;
use std::sync::Arc;
fn cpu_ms() -> f64 { let s = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap(); s.split(' ').next().unwrap().parse::<f64>().unwrap()/1e6 }
fn main() {
    let m = "/work/shared/models/";
    let det = Arc::new(TractModel::from_bytes(&std::fs::read(format!("{m}yunet_n_dynamic.onnx")).unwrap()).unwrap());
    for w in (256..=640).step_by(32) { for h in [640, 480] { let x = Tensor::new(&[1,3,h,w], (0..3*h*w).map(|i| (i * 7919 % 256) as f32).collect()).unwrap();
      det.run(&x).unwrap(); let mut v: Vec<f64> = (0..9).map(|_| { let a = cpu_ms(); det.run(&x).unwrap(); cpu_ms()-a }).collect(); v.sort_by(f64::total_cmp); print!("{h}x{w} {:.1} ms ({:.2} us/kpx)  ", v[4], v[4]*1e6/(h*w) as f64); } println!(); }
}
