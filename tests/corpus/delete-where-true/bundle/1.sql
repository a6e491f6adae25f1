DELETE FROM vh.venture_metrics WHERE true;
