DROP TABLE corpus_said.rates;
