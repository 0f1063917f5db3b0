//! A short way to write the methods that aren't served: a generated trait has a default for none of them.

/// Methods of a generated server trait that answer UNIMPLEMENTED with their name: never an empty success.
///
/// Written out the way `#[async_trait]` would, since that attribute doesn't look into a macro call.
macro_rules! unimplemented_methods {
    ($($method:ident($request:ty) -> $response:ty;)*) => {$(
        fn $method<'a, 'async_trait>(
            &'a self,
            _request: tonic::Request<$request>,
        ) -> std::pin::Pin<Box<dyn Future<Output = Result<tonic::Response<$response>, tonic::Status>> + Send + 'async_trait>>
        where
            'a: 'async_trait,
            Self: 'async_trait,
        {
            Box::pin(async { Err($crate::error::unsupported(stringify!($method))) })
        }
    )*};
}

pub(crate) use unimplemented_methods;
