use super::ctx::Ctx;
use std::{collections::BTreeMap, sync::Arc};
use wasmtime::component::{Accessor, HasData, Linker};

wasmtime::component::bindgen!({
    path: "wit",
    world: "facematch:host/host",
    imports: { default: trappable },
});
use spin::variables::variables::{self, Error};

/// What `spin:variables` answers: the gateway's configuration, secrets included.
#[derive(Clone, Default)]
pub struct Variables(Arc<BTreeMap<String, String>>);

impl FromIterator<(String, String)> for Variables {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(entries: I) -> Self {
        Self(Arc::new(entries.into_iter().collect()))
    }
}

impl Variables {
    /// The value of one variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

struct VariablesHost;

impl HasData for VariablesHost {
    type Data<'a> = &'a mut Variables;
}

impl variables::Host for &mut Variables {}

impl<T: Send> variables::HostWithStore<T> for VariablesHost {
    async fn get(
        accessor: &Accessor<T, Self>,
        name: String,
    ) -> wasmtime::Result<Result<String, Error>> {
        let value = accessor.with(|mut access| access.get().get(&name).map(str::to_owned));
        Ok(value.ok_or(Error::Undefined(name)))
    }
}

/// Gives the guest `spin:variables`.
pub(super) fn add_to_linker(linker: &mut Linker<Ctx>) -> wasmtime::Result<()> {
    variables::add_to_linker::<_, VariablesHost>(linker, |ctx| &mut ctx.variables)
}
