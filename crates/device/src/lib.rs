//! A field device without a window: vault, store, use cases, sync over HTTP.
