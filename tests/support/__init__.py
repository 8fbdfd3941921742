"""What tests share: real servers, a small world of production data, programs run in processes of their own."""
