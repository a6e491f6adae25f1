DROP TYPE eng.classification;
