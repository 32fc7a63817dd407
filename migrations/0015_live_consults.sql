-- Each word about an interaction asks which live consults are on it, of any kind.
create index consults_on_interaction on consults (interaction_id) where state <> 'ended';
