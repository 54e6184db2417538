//! Parks: devices put together behind one meter, and their year.
