mod cases;
mod embedded;
mod files;
mod model;
mod oracle;
mod properties;
mod wishes;
