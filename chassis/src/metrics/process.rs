//! Start time, memory, processor time and open files of the process, as every Prometheus client has them. Linux alone tells.

pub(super) fn show() {
    #[cfg(target_os = "linux")]
    super::register("process_*", Box::new(prometheus::process_collector::ProcessCollector::for_self()));
}
